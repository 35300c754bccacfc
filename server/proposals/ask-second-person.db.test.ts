import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { archiveClient } from '../clients/archive-client.ts'
import { restoreClient } from '../clients/restore-client.ts'
import type { Context } from '../context.ts'
import { listProposals } from './queries.ts'
import { proposalMs } from './rules.ts'
import { confirmShown, later, type ProposalWorld, startProposalWorld } from './testing.ts'

let world: ProposalWorld
let tom: Context
let nora: Context
let ada: Context

beforeAll(async () => {
  world = await startProposalWorld()
  tom = await world.join('technician', [world.alder, world.birch])
  nora = await world.join('owner')
  ada = await world.join('admin')
})
afterAll(() => world.stop())
beforeEach(() =>
  world.asWeb(
    sql`update proposals set decision = 'withdrawn' where decision is null`,
    sql`update members set suspended_at = null`,
    sql`update clients set archived_at = null`,
  ),
)

const grow = async () => world.lacks(await world.enrol(world.alder, `more-${randomUUID()}`), 'lab-svc=2.0')
const states = async (...ids: string[]) => {
  const { open, ended } = await listProposals(nora)
  return ids.map((id) => [...open, ...ended].find((one) => one.id === id)?.state)
}

describe('the same asked again', () => {
  test('by the same person for the same devices waits once', async () => {
    expect(await world.propose(tom)).toBe(await world.propose(tom))
  })

  test('after it reaches more: the former one is replaced, and the new one can be confirmed', async () => {
    const former = await world.propose(tom)
    await grow()
    await expect(confirmShown(nora, { proposalId: former, devices: 3 })).rejects.toThrow('asked for anew')
    const next = await world.propose(tom)
    expect(await states(former, next)).toEqual(['replaced', 'open'])
    await expect(confirmShown(nora, { proposalId: former, devices: 3 })).rejects.toThrow('It was asked for anew')
    expect(await confirmShown(nora, { proposalId: next, devices: 3 })).toEqual({ devices: 3 })
    const log = (await world.audit()).filter((record) => record.action === 'proposal:withdraw')
    expect(log.map((record) => [record.client_id, record.changes])).toEqual(
      world.both.map((id) => [id, { action: 'patch:approve', decision: 'replaced', proposedBy: 'A technician' }]),
    )
  })

  test('by somebody else, once who asked is suspended: it is theirs, and can be confirmed', async () => {
    const former = await world.propose(tom)
    await world.asWeb(sql`update members set suspended_at = now() where role = 'technician'`)
    const next = await world.propose(nora)
    expect(await states(former, next)).toEqual(['replaced', 'open'])
    expect(await confirmShown(ada, { proposalId: next, devices: 3 })).toEqual({ devices: 3 })
  })

  test('after its time is over: the former one ended by itself, and stays so', async () => {
    const former = await world.propose(tom)
    const next = await world.propose(later(tom, proposalMs))
    expect(next).not.toBe(former)
    expect((await listProposals(later(nora, proposalMs))).open.map((one) => one.id)).toEqual([next])
    expect(await states(former)).toEqual(['expired'])
  })

  test('while a client that it reached is archived', async () => {
    const former = await world.propose(nora, 'all')
    // An admin of one client archives it: they see nothing of what reaches others.
    const own = await world.join('admin', [world.alder])
    await archiveClient(own, { clientId: world.alder.clientId, reason: '', abortRollouts: 0 })
    await world.lacks(await world.enrol(world.cedar, `cedar-${randomUUID()}`), 'lab-svc=2.0')
    const next = await world.propose(nora, 'all')
    await restoreClient(nora, { clientId: world.alder.clientId })
    expect(await states(former, next)).toEqual(['replaced', 'open'])
  })

  test.each([1, 2, 3])('five at once wait once (round %i)', async () => {
    const asked = await Promise.all([tom, tom, tom, tom, tom].map((ctx) => world.propose(ctx)))
    expect(new Set(asked).size).toBe(1)
    expect((await listProposals(nora)).open).toHaveLength(1)
  })

  test('two people at once: one waits, nobody is told of an error of ours', async () => {
    const answers = await Promise.allSettled([tom, nora].map((ctx) => world.propose(ctx)))
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict' })
    expect((await listProposals(nora)).open).toHaveLength(1)
  })
})
