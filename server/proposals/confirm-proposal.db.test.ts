import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { read } from '../access.ts'
import { cancelErasure } from '../client-erasures/cancel-erasure.ts'
import { requestErasure } from '../client-erasures/request-erasure.ts'
import { archiveClient } from '../clients/archive-client.ts'
import { restoreClient } from '../clients/restore-client.ts'
import type { Context } from '../context.ts'
import { liftHold } from '../holds/lift-hold.ts'
import { listHolds } from '../holds/queries.ts'
import { setHold } from '../holds/set-hold.ts'
import { countForNavigation } from '../navigation/queries.ts'
import { findSecondPersonNeeds } from '../overview/find-second-person-needs.ts'
import { listProposals } from './queries.ts'
import { proposalMs } from './rules.ts'
import { confirmShown, later, type ProposalWorld, startProposalWorld } from './testing.ts'

let world: ProposalWorld
let nora: Context
let ada: Context
let ann: Context
let ben: Context

beforeAll(async () => {
  world = await startProposalWorld()
  await world.lacks(await world.enrol(world.cedar, 'cedar-1'), 'lab-svc=2.0')
  nora = await world.join('owner')
  ada = await world.join('admin')
  ann = await world.join('approver')
  // Listed with every client there is, which is not all of them: tomorrow's are not theirs.
  ben = await world.join('approver', [world.alder, world.birch, world.cedar])
})
afterAll(() => world.stop())
beforeEach(() =>
  world.asWeb(
    sql`update proposals set decision = 'withdrawn' where decision is null`,
    sql`update client_erasures set cancelled_at = now() where cancelled_at is null`,
    sql`update clients set archived_at = null`,
    sql`update members set role = 'admin' where role = 'read-only'`,
  ),
)

const archive = () => archiveClient(nora, { clientId: world.cedar.clientId, reason: '', abortRollouts: 0 })
const erase = (ctx: Context) =>
  requestErasure(ctx, { clientId: world.cedar.clientId, name: 'Cedar Care', reason: `It left ${randomUUID()}` })
async function askErasure(): Promise<string> {
  await archive()
  const answer = await erase(nora)
  if (answer.kind !== 'proposed') throw new Error('nobody was asked')
  return answer.proposalId
}
const shown = async (ctx: Context, id: string) => (await listProposals(ctx)).open.find((one) => one.id === id)
/** What page, overview and navigation tell this person to confirm. */
async function told(ctx: Context, id: string) {
  const needs = await read(ctx, 'overview:read', (tx) => findSecondPersonNeeds(tx, ctx))
  return {
    page: (await shown(ctx, id))?.may.confirm.can ?? false,
    overview: needs.length === 1,
    navigation: (await countForNavigation(ctx)).proposalsForMe === 1,
  }
}
const yes = { page: true, overview: true, navigation: true }
const not = { page: false, overview: false, navigation: false }

describe('who confirms needs the right to the action itself', () => {
  test('an approver does not confirm an erasure, nor is told to; an admin does', async () => {
    const proposalId = await askErasure()
    expect(await told(ann, proposalId)).toEqual(not)
    await expect(confirmShown(ann, { proposalId, devices: 1 })).rejects.toMatchObject({
      code: 'not-allowed-now',
      message: 'An admin or the owner confirms.',
    })
    expect(await told(ada, proposalId)).toEqual(yes)
    expect(await confirmShown(ada, { proposalId, devices: 1 })).toEqual({ devices: 1 })
    await cancelErasure(nora, { clientId: world.cedar.clientId })
  })

  test('nor counts as somebody who could: the only one who may goes on alone', async () => {
    await archive()
    await world.asWeb(sql`update members set role = 'read-only' where role = 'admin'`)
    expect(await erase(nora)).toEqual({ kind: 'waiting' })
    await cancelErasure(nora, { clientId: world.cedar.clientId })
  })

  test('and all clients for what is decided for all', async () => {
    const proposalId = await world.propose(nora, 'all')
    expect(await told(ben, proposalId)).toEqual(not)
    await expect(confirmShown(ben, { proposalId, devices: 3 })).rejects.toMatchObject({
      message: 'Only people who see all clients confirm this.',
    })
    expect(await told(ann, proposalId)).toEqual(yes)
    await confirmShown(ann, { proposalId, devices: 3 })
  })

  test('but not for what names the clients', async () => {
    const proposalId = await world.propose(nora)
    expect(await told(ben, proposalId)).toEqual(yes)
    await confirmShown(ben, { proposalId, devices: 2 })
  })

  test('for lifting a hold over all clients too', async () => {
    await setHold(nora, { patchId: world.patchId, clients: 'all', reason: 'breaks the scanner' })
    const [hold] = (await listHolds(nora, { state: 'standing' })).rows
    const answer = await liftHold(ada, { holdId: hold?.id ?? '', reason: 'mended' })
    if (answer.kind !== 'proposed') throw new Error('it was lifted at once')
    const { proposalId, devices } = answer
    await expect(confirmShown(ben, { proposalId, devices })).rejects.toThrow('Only people who see all clients')
    await confirmShown(nora, { proposalId, devices })
  })
})

describe('what the list shows', () => {
  test('beside an erasure that waits, each number is the one that the confirmation takes', async () => {
    await archive()
    const wide = await world.propose(nora, 'all')
    for (let round = 0; round < 3; round++) await erase(nora)
    const view = await shown(ada, wide)
    expect(view).toMatchObject({ devices: 2, may: { confirm: { can: true } } })
    expect(view?.reach.map((one) => one.name).sort()).toEqual(['Alder Dental', 'Birch Law'])
    expect(await confirmShown(ada, { proposalId: wide, devices: view?.devices ?? 0 })).toEqual({ devices: 2 })
  })

  test('the client of an erasure has its name', async () => {
    const proposalId = await askErasure()
    expect((await shown(ada, proposalId))?.reach).toMatchObject([{ devices: 1, name: 'Cedar Care' }])
  })

  test('a hold that was lifted meanwhile: the button says so, and nothing can be typed', async () => {
    await setHold(nora, { patchId: world.patchId, clients: 'all', reason: 'breaks the scanner' })
    const [hold] = (await listHolds(nora, { state: 'standing' })).rows
    const answer = await liftHold(ada, { holdId: hold?.id ?? '', reason: 'mended' })
    if (answer.kind !== 'proposed') throw new Error('it was lifted at once')
    await world.asWeb(sql`update holds set lifted_at = now() where lifted_at is null`)
    expect((await shown(nora, answer.proposalId))?.may).toEqual({
      confirm: { can: false, reason: 'This hold was not found' },
      reject: { can: true },
      withdraw: { can: false, reason: 'Who asked for it may withdraw it.' },
    })
  })

  test('the erasure of a client that came back', async () => {
    const proposalId = await askErasure()
    await restoreClient(nora, { clientId: world.cedar.clientId })
    expect((await shown(ada, proposalId))?.may.confirm).toEqual({
      can: false,
      reason: 'Only an archived client is erased: archive it first.',
    })
  })
})

test('archiving ends what is open, and nothing that ended by itself long ago', async () => {
  const stale = await world.propose(later(nora, -proposalMs), [world.alder.clientId, world.cedar.clientId])
  const open = await world.propose(nora, 'all')
  const before = (await world.audit()).length
  await archive()
  const ended = (await listProposals(nora)).ended
  expect(ended.find((one) => one.id === open)).toMatchObject({
    ...{ state: 'withdrawn', decidedByName: 'A owner', decisionReason: 'Cedar Care was archived' },
  })
  const states = new Map(ended.map((one) => [one.id, one.state]))
  const log = (await world.audit()).slice(before)
  expect(log.map((record) => record.subject_kind)).toEqual(['proposal', 'proposal', 'proposal', 'client'])
  await restoreClient(nora, { clientId: world.cedar.clientId })
  for (const { id, state } of (await listProposals(nora)).ended) states.set(id, state)
  expect([states.get(stale), states.get(open)]).toEqual(['expired', 'withdrawn'])
})

test('whoever archives a client without seeing all that a proposal reaches ends it too, while the client is away', async () => {
  const { clientId } = world.cedar
  const proposalId = await world.propose(nora, [world.birch.clientId, clientId])
  const cat = await world.join('admin', [world.cedar])
  await archiveClient(cat, { clientId, reason: '', abortRollouts: 0 })
  const { open, ended } = await listProposals(ada)
  expect(open).toEqual([])
  expect(ended.find((one) => one.id === proposalId)).toMatchObject({
    ...{ state: 'withdrawn', decidedByName: null, decisionReason: 'Cedar Care was archived', decidedAt: cat.now },
    reach: [{ name: 'Birch Law' }, { name: 'Cedar Care' }],
  })
  await expect(confirmShown(ada, { proposalId, devices: 2 })).rejects.toMatchObject({ code: 'not-found' })
  expect((await listProposals(ben)).ended.some((one) => one.id === proposalId)).toBe(true)
  expect((await listProposals(cat)).ended.some((one) => one.id === proposalId)).toBe(false)
  // Who comes back is asked about again, with the number of now.
  await restoreClient(nora, { clientId })
  expect(await shown(ada, proposalId)).toMatchObject({ devices: 2, may: { confirm: { can: true } } })
  expect((await listProposals(ada)).ended.some((one) => one.id === proposalId)).toBe(false)
})
