import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTenant, type MspId } from '../../db/tenant.ts'
import { decidePatch } from '../approvals/decide-patch.ts'
import { withdrawDecision } from '../approvals/withdraw-decision.ts'
import { jobContext } from '../auth/job-context.ts'
import type { Context } from '../context.ts'
import { liftHold } from '../holds/lift-hold.ts'
import { listHolds } from '../holds/queries.ts'
import { setHold } from '../holds/set-hold.ts'
import { addMember } from '../members/add-member.ts'
import { countForNavigation } from '../navigation/queries.ts'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import type { Role } from '../permissions.ts'
import { getPolicy } from '../policies/queries.ts'
import { savePolicy } from '../policies/save-policy.ts'
import { confirmProposal } from './confirm-proposal.ts'
import { listProposals } from './queries.ts'
import { rejectProposal } from './reject-proposal.ts'
import { proposalMs } from './rules.ts'
import { withdrawProposal } from './withdraw-proposal.ts'

let world: PatchWorld
let patchId: string
let both: string[]
let tom: Context
let nora: Context
let ann: Context

beforeAll(async () => {
  world = await startPatchWorld()
  for (const client of [world.alder, world.birch])
    await world.lacks(await world.enrol(client, `${client.clientId.slice(0, 8)}-1`), 'lab-svc=2.0')
  await world.lacks(await world.enrol(world.cedar, 'cedar-1'), 'lab-svc=2.0')
  patchId = await world.patchId('lab-svc', '2.0')
  both = [world.alder.clientId, world.birch.clientId]
  tom = await join('technician', [world.alder, world.birch])
  nora = await join('owner')
  ann = await join('approver', [world.alder])
})
afterAll(() => world.stop())
beforeEach(() =>
  asWeb(
    sql`update proposals set decision = 'withdrawn' where decision is null`,
    sql`update members set suspended_at = null`,
    sql`update decisions set withdrawn_at = now() where withdrawn_at is null`,
  ),
)

/** As the console's own login, beside its verbs. */
const asWeb = (...statements: SQL[]) =>
  // The MSP of this test's own database.
  inTenant({ mspId: world.mspId as MspId, clients: 'all' }, async (tx) => {
    for (const statement of statements) await tx.execute(statement)
  })

/** Somebody who is a member, as their requests see it. */
async function join(role: Role, clients: Parameters<PatchWorld['person']>[1] = 'all'): Promise<Context> {
  const ctx = world.person(role, clients)
  if (ctx.actor.kind !== 'person') throw new Error('not a person')
  const listed = ctx.clients === 'all' ? ('all' as const) : [...ctx.clients]
  const { userId } = ctx.actor
  const name = `A ${role}`
  await addMember(jobContext(world.mspId, 'test'), {
    userId,
    name,
    email: `${randomUUID()}@example.com`,
    role,
    clients: listed,
  })
  return { ...ctx, actor: { ...ctx.actor, name } }
}

const approve = (ctx: Context, clients: string[] | 'all' = both) =>
  decidePatch(ctx, { patchId, clients, kind: 'approve', reason: 'exploited' })
const later = (ctx: Context, ms: number): Context => {
  const now = new Date(ctx.now.getTime() + ms)
  return { ...ctx, now, actor: ctx.actor.kind === 'person' ? { ...ctx.actor, provedAt: now } : ctx.actor }
}
const approvals = () =>
  world.door.factories.inMsp(
    world.mspId,
    (tx) => tx`select client_id, decided_by from decisions where kind = 'approve' and withdrawn_at is null`,
  )
async function propose(): Promise<string> {
  const answer = await approve(tom)
  if (answer.kind !== 'proposed') throw new Error('it was done at once')
  return answer.proposalId
}

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
    expect(await confirmProposal(nora, { proposalId, devices: 2 })).toEqual({ devices: 2 })
    expect(await approvals()).toHaveLength(2)
    expect((await approvals())[0]?.decided_by).toBe('A technician, confirmed by A owner')
    const told = (await world.audit()).slice(-4).map((record) => `${record.action} ${record.subject_kind}`)
    expect(told).toEqual([
      'proposal:confirm proposal',
      'proposal:confirm proposal',
      'patch:approve patch',
      'patch:approve patch',
    ])
    await expect(confirmProposal(nora, { proposalId, devices: 2 })).rejects.toMatchObject({ code: 'not-allowed-now' })
  })

  test('is done once when two people confirm at the same moment', async () => {
    const proposalId = await propose()
    const other = await join('admin')
    const answers = await Promise.allSettled(
      [nora, other].map((ctx) => confirmProposal(ctx, { proposalId, devices: 2 })),
    )
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
    await expect(confirmProposal(stale(nora), { proposalId, devices: 2 })).rejects.toMatchObject({ code: 'step-up' })
    expect(await approvals()).toEqual([])
  })

  test('an API key cannot ask for it', async () => {
    const actor = { kind: 'api-key' as const, keyId: randomUUID(), userId: randomUUID(), name: 'a script' }
    await expect(approve({ ...tom, actor })).rejects.toMatchObject({ code: 'forbidden' })
  })

  test.each([1, 3])('the wrong number (%i) does nothing', async (devices) => {
    const proposalId = await propose()
    await expect(confirmProposal(nora, { proposalId, devices })).rejects.toMatchObject({ code: 'not-allowed-now' })
    expect(await approvals()).toEqual([])
  })
})

describe('who may confirm', () => {
  test('not who asked, not a technician, and nobody who may not see each client of it', async () => {
    const own = await approve(nora)
    if (own.kind !== 'proposed') throw new Error('done at once')
    const input = { proposalId: own.proposalId, devices: 2 }
    await expect(confirmProposal(nora, input)).rejects.toMatchObject({ code: 'not-allowed-now' })
    await expect(confirmProposal(tom, input)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(confirmProposal(ann, input)).rejects.toMatchObject({ code: 'not-found' })
    expect((await listProposals(ann)).open).toEqual([])
    expect(await approvals()).toEqual([])
  })

  test('nobody once who asked has lost their place here', async () => {
    const proposalId = await propose()
    await asWeb(sql`update members set suspended_at = now() where role = 'technician'`)
    await expect(confirmProposal(nora, { proposalId, devices: 2 })).rejects.toThrow('may not ask for this any more')
  })

  test('nobody after four hours', async () => {
    const proposalId = await propose()
    const input = { proposalId, devices: 2 }
    await expect(confirmProposal(later(nora, proposalMs + 60_000), input)).rejects.toThrow('ended by itself')
    expect((await listProposals(later(nora, proposalMs + 60_000))).open).toEqual([])
  })

  test('nobody when it would reach more than was asked for', async () => {
    const proposalId = await propose()
    await world.lacks(await world.enrol(world.alder, `alder-${randomUUID().slice(0, 8)}`), 'lab-svc=2.0')
    await expect(confirmProposal(nora, { proposalId, devices: 3 })).rejects.toThrow('not the 2 asked for')
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
    await expect(confirmProposal(nora, { proposalId, devices: 2 })).rejects.toThrow('rejected already')
    expect((await listProposals(tom)).ended.find((one) => one.id === proposalId)).toMatchObject({
      state: 'rejected',
      decisionReason: 'not before the audit',
    })
  })

  test('its own maker, who withdraws it', async () => {
    const proposalId = await propose()
    await expect(withdrawProposal(nora, { proposalId })).rejects.toMatchObject({ code: 'not-allowed-now' })
    await withdrawProposal(tom, { proposalId })
    await expect(confirmProposal(nora, { proposalId, devices: 2 })).rejects.toThrow('withdrawn')
  })
})

describe('what wants no second person', () => {
  test('one client and few devices', async () => {
    expect(await approve(tom, [world.alder.clientId])).toEqual({ kind: 'decided', decided: 1 })
  })

  test('but one client and more devices than the MSP set', async () => {
    await asWeb(sql`update msps set second_person_devices = 0`)
    expect(await approve(tom, [world.alder.clientId])).toMatchObject({ kind: 'proposed', clients: 1 })
    await asWeb(sql`update msps set second_person_devices = 50`)
  })

  test('an MSP in which nobody else could confirm: its only owner goes on alone, having proved who they are', async () => {
    const lonely = { ...nora, clients: nora.clients }
    await asWeb(sql`update members set role = 'read-only' where role in ('approver', 'admin')`)
    expect(await approve(lonely)).toEqual({ kind: 'decided', decided: 2 })
    await asWeb(sql`update members set role = 'admin' where role = 'read-only'`)
  })

  test('suspended people still count: nobody gets around the second person by suspending them', async () => {
    await asWeb(sql`update members set suspended_at = now() where role = 'admin'`)
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
    await confirmProposal(nora, { proposalId: answer.proposalId, devices: answer.devices })
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

  test('other approval rules for all clients, but not another soak', async () => {
    const { policy, standardVersion } = await getPolicy(nora, { clientId: null })
    const soaked = { ...policy, dueDays: policy.dueDays + 1 }
    const save = (document: typeof policy, basedOnVersion: number) =>
      savePolicy(nora, { clientId: null, basedOnVersion, document })
    expect(await save(soaked, standardVersion)).toEqual({ kind: 'saved', version: standardVersion + 1 })
    const answer = await save({ ...soaked, approvalRules: [] }, standardVersion + 1)
    if (answer.kind !== 'proposed') throw new Error('it was saved at once')
    const admin = await join('admin')
    await confirmProposal(admin, { proposalId: answer.proposalId, devices: answer.devices })
    expect((await getPolicy(nora, { clientId: null })).policy.approvalRules).toEqual([])
  })
})
