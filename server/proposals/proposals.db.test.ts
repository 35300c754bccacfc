import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { decidePatch } from '../approvals/decide-patch.ts'
import { withdrawDecision } from '../approvals/withdraw-decision.ts'
import type { Context } from '../context.ts'
import { liftHold } from '../holds/lift-hold.ts'
import { listHolds } from '../holds/queries.ts'
import { setHold } from '../holds/set-hold.ts'
import { countForNavigation } from '../navigation/queries.ts'
import { getPolicy } from '../policies/queries.ts'
import { savePolicy } from '../policies/save-policy.ts'
import { listProposals } from './queries.ts'
import { rejectProposal } from './reject-proposal.ts'
import { proposalMs } from './rules.ts'
import { confirmShown, later, type ProposalWorld, startProposalWorld } from './testing.ts'
import { withdrawProposal } from './withdraw-proposal.ts'

let world: ProposalWorld
let patchId: string
let both: string[]
let tom: Context
let nora: Context
let ann: Context

beforeAll(async () => {
  world = await startProposalWorld()
  await world.lacks(await world.enrol(world.cedar, 'cedar-1'), 'lab-svc=2.0')
  ;({ patchId, both } = world)
  tom = await join('technician', [world.alder, world.birch])
  nora = await join('owner')
  ann = await join('approver', [world.alder])
})
afterAll(() => world.stop())
beforeEach(() =>
  world.asWeb(
    sql`update proposals set decision = 'withdrawn' where decision is null`,
    sql`update members set suspended_at = null`,
    sql`update decisions set withdrawn_at = now() where withdrawn_at is null`,
  ),
)

const join = (...args: Parameters<ProposalWorld['join']>) => world.join(...args)
const approve = (ctx: Context, clients: string[] | 'all' = both) => world.approve(ctx, clients)
const approvals = () =>
  world.door.factories.inMsp(
    world.mspId,
    (tx) => tx`select client_id, decided_by from decisions where kind = 'approve' and withdrawn_at is null`,
  )
const propose = () => world.propose(tom)

describe('an approval that reaches two clients', () => {
  test('is proposed, not done; the log says so once for each client', async () => {
    expect(await approve(tom)).toMatchObject({ kind: 'proposed', devices: 2, clients: 2 })
    expect(await approvals()).toEqual([])
    const records = (await world.audit()).filter((record) => record.subject_kind === 'proposal')
    expect(records.map((record) => [record.action, record.client_id]).sort()).toEqual(
      both.map((id) => ['proposal:make', id]).sort(),
    )
  })

  test('asked twice, waits once', async () => {
    expect(await propose()).toBe(await propose())
    expect((await listProposals(nora)).open).toHaveLength(1)
    expect(await countForNavigation(nora)).toMatchObject({ proposals: 1, proposalsForMe: 1 })
    expect(await countForNavigation(tom)).toMatchObject({ proposals: 1, proposalsForMe: 0 })
    expect(await countForNavigation(ann)).toMatchObject({ proposals: 0, proposalsForMe: 0 })
  })

  test('is done when a second person types the number, under both names', async () => {
    const proposalId = await propose()
    expect(await confirmShown(nora, { proposalId, devices: 2 })).toEqual({ devices: 2 })
    expect(await approvals()).toHaveLength(2)
    expect((await approvals())[0]?.decided_by).toBe('A technician, confirmed by A owner')
    const told = (await world.audit()).slice(-4).map((record) => `${record.action} ${record.subject_kind}`)
    expect(told).toEqual([
      'proposal:confirm proposal',
      'proposal:confirm proposal',
      'patch:approve patch',
      'patch:approve patch',
    ])
    await expect(confirmShown(nora, { proposalId, devices: 2 })).rejects.toMatchObject({ code: 'not-allowed-now' })
  })

  test('is done once when two people confirm at the same moment', async () => {
    const proposalId = await propose()
    const other = await join('admin')
    const answers = await Promise.allSettled([nora, other].map((ctx) => confirmShown(ctx, { proposalId, devices: 2 })))
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await approvals()).toHaveLength(2)
  })

  test('wants a step-up to ask and to confirm', async () => {
    const stale = (ctx: Context): Context => ({
      ...ctx,
      actor:
        ctx.actor.kind === 'person' ? { ...ctx.actor, provedAt: new Date(ctx.now.getTime() - 600_001) } : ctx.actor,
    })
    await expect(approve(stale(tom))).rejects.toMatchObject({ code: 'step-up' })
    const proposalId = await propose()
    await expect(confirmShown(stale(nora), { proposalId, devices: 2 })).rejects.toMatchObject({ code: 'step-up' })
    expect(await approvals()).toEqual([])
  })

  test('an API key cannot ask for it', async () => {
    const actor = { kind: 'api-key' as const, keyId: randomUUID(), userId: randomUUID(), name: 'a script' }
    await expect(approve({ ...tom, actor })).rejects.toMatchObject({ code: 'forbidden' })
  })

  test.each([1, 3])('the wrong number (%i) does nothing', async (devices) => {
    const proposalId = await propose()
    await expect(confirmShown(nora, { proposalId, devices })).rejects.toMatchObject({ code: 'not-allowed-now' })
    expect(await approvals()).toEqual([])
  })
})

describe('who may confirm', () => {
  test('not who asked, not a technician, and nobody who may not see each client of it', async () => {
    const own = await approve(nora)
    if (own.kind !== 'proposed') throw new Error('done at once')
    const input = { proposalId: own.proposalId, devices: 2 }
    await expect(confirmShown(nora, input)).rejects.toMatchObject({ code: 'not-allowed-now' })
    await expect(confirmShown(tom, input)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(confirmShown(ann, input)).rejects.toMatchObject({ code: 'not-found' })
    expect((await listProposals(ann)).open).toEqual([])
    expect(await approvals()).toEqual([])
  })

  test('nobody once who asked has lost their place here', async () => {
    const proposalId = await propose()
    await world.asWeb(sql`update members set suspended_at = now() where role = 'technician'`)
    await expect(confirmShown(nora, { proposalId, devices: 2 })).rejects.toThrow('may not ask for this any more')
  })

  test('nobody after four hours', async () => {
    const proposalId = await propose()
    const input = { proposalId, devices: 2 }
    await expect(confirmShown(later(nora, proposalMs + 60_000), input)).rejects.toThrow('ended by itself')
    expect((await listProposals(later(nora, proposalMs + 60_000))).open).toEqual([])
  })

  test('nobody when it would reach more than was asked for', async () => {
    const proposalId = await propose()
    await world.lacks(await world.enrol(world.alder, `alder-${randomUUID().slice(0, 8)}`), 'lab-svc=2.0')
    await expect(confirmShown(nora, { proposalId, devices: 3 })).rejects.toThrow('not the 2 asked for')
    await world.door.factories.inMsp(
      world.mspId,
      (tx) => tx`update devices set retired_at = now() where host_name like 'alder-%'`,
    )
  })
})

describe('what ends it', () => {
  test('a no with its reason', async () => {
    const proposalId = await propose()
    await rejectProposal(nora, { proposalId, reason: 'not before the audit' })
    await expect(confirmShown(nora, { proposalId, devices: 2 })).rejects.toThrow('rejected already')
    expect((await listProposals(tom)).ended.find((one) => one.id === proposalId)).toMatchObject({
      state: 'rejected',
      decisionReason: 'not before the audit',
    })
  })

  test('its own maker, who withdraws it', async () => {
    const proposalId = await propose()
    await expect(withdrawProposal(nora, { proposalId })).rejects.toMatchObject({ code: 'not-allowed-now' })
    await withdrawProposal(tom, { proposalId })
    await expect(confirmShown(nora, { proposalId, devices: 2 })).rejects.toThrow('withdrawn')
  })
})

describe('what wants no second person', () => {
  test('one client and few devices', async () => {
    expect(await approve(tom, [world.alder.clientId])).toEqual({ kind: 'decided', decided: 1 })
  })

  test('but one client and more devices than the MSP set', async () => {
    await world.asWeb(sql`update msps set second_person_devices = 0`)
    expect(await approve(tom, [world.alder.clientId])).toMatchObject({ kind: 'proposed', clients: 1 })
    await world.asWeb(sql`update msps set second_person_devices = 50`)
  })

  test('an MSP in which nobody else could confirm: its only owner goes on alone, having proved who they are', async () => {
    const lonely = { ...nora, clients: nora.clients }
    await world.asWeb(sql`update members set role = 'read-only' where role in ('approver', 'admin')`)
    expect(await approve(lonely)).toEqual({ kind: 'decided', decided: 2 })
    await world.asWeb(sql`update members set role = 'admin' where role = 'read-only'`)
  })

  test('suspended people still count: nobody gets around the second person by suspending them', async () => {
    await world.asWeb(sql`update members set suspended_at = now() where role = 'admin'`)
    expect(await approve(nora)).toMatchObject({ kind: 'proposed' })
  })
})

describe('what else may reach many', () => {
  test('lifting a hold over all clients: proposed, then done under both names', async () => {
    await setHold(nora, { patchId, clients: 'all', reason: 'breaks the scanner' })
    const [hold] = (await listHolds(nora, { state: 'standing' })).rows
    const admin = await join('admin')
    const answer = await liftHold(admin, { holdId: hold?.id ?? '', reason: 'mended' })
    if (answer.kind !== 'proposed') throw new Error('it was lifted at once')
    expect((await listHolds(nora, { state: 'standing' })).rows).toHaveLength(1)
    await confirmShown(nora, { proposalId: answer.proposalId, devices: answer.devices })
    expect((await listHolds(nora, { state: 'standing' })).rows).toHaveLength(0)
    expect((await listHolds(nora, { state: 'lifted' })).rows[0]).toMatchObject({
      lifted: { by: 'A admin, confirmed by A owner' },
    })
  })

  test('taking back a no for two clients; taking back a yes is done at once', async () => {
    await decidePatch(tom, { patchId, clients: both, kind: 'reject', reason: 'breaks the scanner' })
    const ids = await world.door.factories.inMsp(
      world.mspId,
      (tx) => tx<{ id: string }[]>`select id from decisions where withdrawn_at is null order by id`,
    )
    expect(ids).toHaveLength(2)
    // Each is of one client, so each is few; one over all clients reaches them all.
    const [first] = ids
    expect(await withdrawDecision(tom, { decisionId: first?.id ?? '', reason: 'mended' })).toEqual({
      kind: 'withdrawn',
    })
    await decidePatch(nora, { patchId, clients: 'all', kind: 'reject', reason: 'breaks the scanner' })
    const [wide] = await world.door.factories.inMsp(
      world.mspId,
      (tx) => tx<{ id: string }[]>`select id from decisions where withdrawn_at is null and client_id is null`,
    )
    expect(await withdrawDecision(nora, { decisionId: wide?.id ?? '', reason: 'mended' })).toMatchObject({
      kind: 'proposed',
    })
  })

  test('taking back a yes for all clients is done at once: it frees nothing', async () => {
    const admin = await join('admin')
    const proposalId = await world.propose(nora, 'all')
    await confirmShown(admin, { proposalId, devices: 3 })
    const [wide] = await world.door.factories.inMsp(
      world.mspId,
      (tx) => tx<{ id: string }[]>`select id from decisions where withdrawn_at is null and client_id is null`,
    )
    const answer = await withdrawDecision(nora, { decisionId: wide?.id ?? '', reason: 'too soon' })
    expect(answer).toEqual({ kind: 'withdrawn' })
  })

  test('a rule that approves more for all clients, but not one that approves less', async () => {
    const { policy, standardVersion } = await getPolicy(nora, { clientId: null })
    const [rule] = policy.approvalRules
    if (!rule) throw new Error('the standard has rules')
    const approvalRules = [{ ...rule, classifications: [] }]
    const save = (document: typeof policy, basedOnVersion: number) =>
      savePolicy(nora, { clientId: null, basedOnVersion, document, reason: 'wanted' })
    const fewer = await save({ ...policy, approvalRules: [] }, standardVersion)
    expect(fewer).toEqual({ kind: 'saved', version: standardVersion + 1 })
    const answer = await save({ ...policy, approvalRules }, standardVersion + 1)
    if (answer.kind !== 'proposed') throw new Error('it was saved at once')
    const admin = await join('admin')
    await confirmShown(admin, { proposalId: answer.proposalId, devices: answer.devices })
    expect((await getPolicy(nora, { clientId: null })).policy.approvalRules).toEqual(approvalRules)
  })
})
