import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { proposals } from '../../db/schema/records.ts'
import { read } from '../access.ts'
import type { Context } from '../context.ts'
import { type Role, roles } from '../permissions.ts'
import { factsOf, isConfirmableSql, isOpenSql } from './proposal-rows.ts'
import { type ProposalDecision, proposalCan, proposalState } from './rules.ts'
import { type ProposalWorld, startProposalWorld } from './testing.ts'

let world: ProposalWorld
let tom: Context
const decisions: (ProposalDecision | null)[] = [null, 'confirmed', 'rejected', 'withdrawn', 'replaced', 'expired']

beforeAll(async () => {
  world = await startProposalWorld()
  tom = await world.join('technician')
  const { actor, now } = tom
  if (actor.kind !== 'person') throw new Error('not a person')
  for (const decision of decisions)
    for (const expiresInMs of [-1, 0, 1])
      for (const action of ['patch:approve', 'client:erase', 'gone:away'])
        for (const needsAllClients of [false, true]) {
          const expiresAt = new Date(now.getTime() + expiresInMs).toISOString()
          await world.asWeb(sql`insert into proposals (msp_id, action, input, title, reach, device_count, client_ids, reason, proposed_by,
            proposed_by_name, proposed_at, expires_at, decision, needs_all_clients)
            values (${world.mspId}, ${action}, ${JSON.stringify({ one: randomUUID() })}::jsonb, 'x', '[]', 0, '{}', 'x',
              ${needsAllClients ? actor.userId : randomUUID()}, 'x', ${expiresAt}::timestamptz, ${expiresAt}::timestamptz, ${decision}, ${needsAllClients})`)
          await world.asWeb(sql`insert into proposals (msp_id, action, input, title, reach, device_count, client_ids, reason, proposed_by,
            proposed_by_name, proposed_at, expires_at, decision, needs_all_clients)
            values (${world.mspId}, ${action}, ${JSON.stringify({ one: randomUUID() })}::jsonb, 'x', '[]', 0, '{}', 'x',
              ${randomUUID()}, 'x', ${expiresAt}::timestamptz, ${expiresAt}::timestamptz, ${decision}, ${needsAllClients})`)
        }
})
afterAll(() => world.stop())

const look = (ctx: Context) =>
  read(ctx, 'overview:read', (tx) =>
    tx
      .select({
        row: proposals,
        isOpen: sql<boolean>`${isOpenSql(ctx.now)}`,
        isMine: sql<boolean>`${isConfirmableSql(ctx)}`,
      })
      .from(proposals),
  )

test('the database says of every state what the rule says', async () => {
  const found = await look(tom)
  expect(found.length).toBe(decisions.length * 3 * 3 * 2 * 2)
  for (const { row, isOpen } of found) expect(isOpen).toBe(proposalState(row, tom.now) === 'open')
  expect(new Set(found.map(({ row }) => proposalState(row, tom.now))).size).toBe(6)
})

test.each(
  roles
    .filter((role) => role !== 'client-manager')
    .flatMap((role): [Role, 'all' | 'some'][] => [
      [role, 'all'],
      [role, 'some'],
    ]),
)('and of everybody what they may confirm: %s, %s clients', async (role, reach) => {
  const person = world.person(role, reach === 'all' ? 'all' : [world.alder], tom.now)
  // Also as who asked for some of them.
  const actors = [
    person.actor,
    person.actor.kind === 'person' && tom.actor.kind === 'person'
      ? { ...person.actor, userId: tom.actor.userId }
      : person.actor,
  ]
  for (const actor of actors) {
    const ctx = { ...person, actor }
    for (const { row, isOpen, isMine } of await look(ctx))
      expect(isOpen && isMine, `${row.action} ${row.needsAllClients}`).toBe(proposalCan.confirm(factsOf(ctx, row)).can)
  }
})
