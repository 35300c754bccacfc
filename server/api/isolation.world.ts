import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { TransactionSql } from 'postgres'
import type { ClientRef } from '../../db/factories.ts'
import { proposals } from '../../db/schema/records.ts'
import { connectPools, inTenant } from '../../db/tenant.ts'
import { createApiKey } from '../api-keys/create-api-key.ts'
import { revokeApiKey } from '../api-keys/revoke-api-key.ts'
import { decidePatch } from '../approvals/decide-patch.ts'
import { contextOf } from '../auth/contexts.ts'
import { jobContext } from '../auth/job-context.ts'
import { ensurePerson } from '../auth/people.ts'
import { connectAuth } from '../auth/store.ts'
import { countUsage } from '../billing/count-usage.ts'
import { cancelErasure } from '../client-erasures/cancel-erasure.ts'
import { requestErasure } from '../client-erasures/request-erasure.ts'
import { createGroup } from '../client-groups/create-group.ts'
import { deleteGroup } from '../client-groups/delete-group.ts'
import { askAnew } from '../consents/testing.ts'
import type { Context } from '../context.ts'
import { exampleMissing, examplePackages, type TestDevice } from '../device-api/test-device.ts'
import type { TestDoor } from '../device-api/testing.ts'
import { createEnrolmentToken } from '../enrolment/create-enrolment-token.ts'
import { answerException } from '../exceptions/answer-exception.ts'
import { askException } from '../exceptions/ask-exception.ts'
import { endException } from '../exceptions/end-exception.ts'
import { listExceptions } from '../exceptions/queries.ts'
import { giveFeedback } from '../feedbacks/give-feedback.ts'
import { setHold } from '../holds/set-hold.ts'
import { addMember } from '../members/add-member.ts'
import { lastWeek } from '../members/testing.ts'
import { resumeChanges } from '../msps/resume-changes.ts'
import { stopChanges } from '../msps/stop-changes.ts'
import type { Role } from '../permissions.ts'
import { permissionsOf } from '../permissions.ts'
import { tellProposal } from '../proposals/tell-proposal.ts'
import { noHash } from '../proposals/testing.ts'
import { makeFrozen } from './isolation.frozen.ts'
import { makePeople, type PeopleIds } from './isolation.people.ts'

/** Every id that belongs to one client, for the inputs of the sweep. Add yours here, and make the thing in `fillClient`. */
export interface ClientIds extends PeopleIds {
  clientId: string
  siteId: string
  deviceId: string
  patchId: string
  rolloutId: string
  orderId: string
  holdId: string
  /** One that the client asked for, and one that the MSP did: both wait, for devices that nobody has. */
  exceptionId: string
  ownExceptionId: string
  /** Waits for the client's answer, about a patch that is in no rollout. */
  consentId: string
  decisionId: string
  tokenId: string
  /** A key of the person who works at this client. */
  keyId: string
  proposalId: string
  /** A group that holds this client alone. */
  groupId: string
  /** Its report of a month that is long over, which was sent; and that of the month after, which nobody sent. */
  reportId: string
  unsentReportId: string
}

/** How things stand at a client; `made`: its rollout runs, its first ring is open and nothing has happened yet. */
export type State =
  | 'made'
  | 'not begun'
  | 'paused'
  | 'soaking'
  | 'asking'
  | 'installed'
  | 'told'
  | 'failed'
  | 'outside the window'
  | 'suspended'
  | 'archived'
  | 'erasing'
  | 'all stopped'

/** Which version of a policy is in force: the MSP's standard, and the client's own. And of what is shown of the open proposal. */
export interface Versions {
  standard: number
  own: number
  shown: string
}
export const noVersions: Versions = { standard: 0, own: 0, shown: noHash }

/** Who asks: `slug` is the MSP in the URL. */
export interface Caller {
  userId: string
  slug: string
}

export interface World {
  /** Two clients of one MSP and the one of another; every name in them carries its canary. */
  first: ClientIds
  second: ClientIds
  foreign: ClientIds
  canaries: Record<'first' | 'second' | 'foreign', string>
  mspIds: { own: string; foreign: string }
  people: {
    owner: Caller
    technician: Caller
    readOnly: Caller
    /** An approver of the second client only: more rights than a technician, and none of them here. */
    otherClient: Caller
    otherMsp: Caller
    /** The other roles of the MSP, who see all its clients, and the manager of its first client. */
    admin: Caller
    approver: Caller
    billing: Caller
    clientManager: Caller
  }
  devices: Record<'first' | 'second' | 'foreign', TestDevice>
  /** Makes what a verb uses up (hold, decision, token, rollout) anew for the first client, and lets it stand as said. */
  renew(state?: State): Promise<ClientIds>
  /** What the first client's policy is based on now. */
  findVersions(): Promise<Versions>
}

const canaries = { first: 'canary-own-first', second: 'canary-own-second', foreign: 'canary-foreign' }

/** Two MSPs with everything in them that has an id, made by the product's own verbs, and one person for each way to ask. */
export async function makeWorld(door: TestDoor): Promise<World> {
  const { urls } = door.database
  connectPools({ tenant: urls.app_web, across: urls.app_across, max: 4 })
  connectAuth({ databaseUrl: urls.app_auth, secret: 'x'.repeat(32), publicUrl: 'http://127.0.0.1' })
  await door.factories.beat()
  const own = await door.factories.makeMsp('Own msp')
  const foreign = await door.factories.makeMsp('Foreign msp canary-foreign')
  const first = await fillClient(
    door,
    await door.factories.makeClient(own, { name: canaries.first }),
    canaries.first,
    2,
  )
  const second = await fillClient(
    door,
    await door.factories.makeClient(own, { name: canaries.second }),
    canaries.second,
    1,
  )
  const other = await fillClient(
    door,
    await door.factories.makeClient(foreign, { name: canaries.foreign }),
    canaries.foreign,
    1,
  )
  const ownSlug = 'own-msp'
  const people = {
    owner: await makePerson(own, ownSlug, 'owner', 'all'),
    technician: await makePerson(own, ownSlug, 'technician', [first.ids.clientId]),
    readOnly: await makePerson(own, ownSlug, 'read-only', 'all'),
    otherClient: await makePerson(own, ownSlug, 'approver', [second.ids.clientId]),
    otherMsp: await makePerson(foreign, 'foreign-msp-canary-foreign', 'owner', 'all'),
    admin: await makePerson(own, ownSlug, 'admin', 'all'),
    approver: await makePerson(own, ownSlug, 'approver', 'all'),
    billing: await makePerson(own, ownSlug, 'billing', 'all'),
    clientManager: await makePerson(own, ownSlug, 'client-manager', [first.ids.clientId]),
  }
  await renewKey(people.technician, first.ids, canaries.first)
  await renewKey(people.otherClient, second.ids, canaries.second)
  await renewKey(people.otherMsp, other.ids, canaries.foreign)
  await countUsage(new Date())
  return {
    first: first.ids,
    second: second.ids,
    foreign: other.ids,
    canaries,
    mspIds: { own, foreign },
    people,
    devices: { first: first.device, second: second.device, foreign: other.device },
    async renew(state) {
      await first.renew(state, people.owner.userId)
      await renewKey(people.technician, first.ids, canaries.first)
      return first.ids
    },
    async findVersions() {
      const shown = await findShown(own, first.ids.proposalId)
      return door.factories.inMsp(own, async (tx) => {
        const [row] = await tx<
          Omit<Versions, 'shown'>[]
        >`select coalesce(max(version) filter (where client_id is null), 0)::int as standard,
          coalesce(max(version) filter (where client_id = ${first.ids.clientId}), 0)::int as own from policies`
        return { ...noVersions, ...row, shown }
      })
    },
  }
}

/** The hash that the proposal's second person sends. */
function findShown(mspId: string, proposalId: string): Promise<string> {
  const ctx = jobContext(mspId, 'a test')
  return inTenant(ctx, async (tx) => {
    const [row] = await tx.select().from(proposals).where(eq(proposals.id, proposalId))
    return row ? (await tellProposal(tx, ctx, row)).shown : noHash
  })
}

/** Their key is revoked and they have another. */
async function renewKey(caller: Caller, ids: ClientIds, canary: string): Promise<void> {
  const ctx = await contextOf({ userId: caller.userId, provedAt: new Date() }, caller.slug)
  if (ids.keyId) await revokeApiKey(ctx, { keyId: ids.keyId })
  const made = await createApiKey(ctx, { name: `Key of ${canary}`, actions: ['device:read'], clients: 'all', days: 1 })
  ids.keyId = made.keyId
}

let made = 0
export async function makePerson(mspId: string, slug: string, role: Role, clients: 'all' | string[]): Promise<Caller> {
  made += 1
  const person = { name: `Person ${made}`, email: `person-${made}@example.org` }
  const { id: userId } = await ensurePerson(person, new Date())
  await addMember(lastWeek(mspId), { userId, ...person, role, clients })
  return { userId, slug }
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/** Everything that has an id, at one client; `renew` lets it stand as said. */
export async function fillClient(door: TestDoor, client: ClientRef, canary: string, deviceCount: number) {
  const { factories } = door
  const { mspId, clientId, siteId } = client
  const ctx = jobContext(mspId, 'test')
  const devices: TestDevice[] = []
  for (let place = 0; place < deviceCount; place++) {
    const device = await door.addDevice(client, { hostName: `${canary}-${place}` })
    await device.checkIn()
    await device.inventory({
      facts: device.facts,
      packages: examplePackages(3),
      missing: exampleMissing(`${canary}-svc=2.0`, `${canary}-lib=2.0`),
    })
    devices.push(device)
  }
  const [device] = devices
  if (!device) throw new Error('a client needs a device')
  const patchId = await factories.findPatch(mspId, `${canary}-svc`, '2.0')
  const otherPatchId = await factories.findPatch(mspId, `${canary}-lib`, '2.0')
  const makeRun = async (): Promise<Pick<ClientIds, 'rolloutId' | 'orderId'>> => {
    const deviceIds = devices.map((each) => each.deviceId)
    const rolloutId = await factories.makeRollout(client, [{ deviceIds, patchIds: [patchId] }])
    const spec = { deviceId: device.deviceId, rolloutId, position: 0, patchIds: [patchId] }
    return { rolloutId, orderId: await factories.makeOrder(client, spec) }
  }
  const proposer = randomUUID()
  const about = { name: `Proposer of ${canary}`, email: `proposer-${canary}@example.org` }
  await addMember(ctx, { userId: proposer, ...about, role: 'technician', clients: [clientId] })
  let group: { groupId: string } | undefined
  const manager: Context = { ...ctx, permissions: permissionsOf['client-manager'] }
  /** One from each side that waits and one that is agreed on, for devices that nobody has; those from before are over. */
  const askExceptions = async () => {
    for (const state of ['waiting', 'in-force'] as const)
      for (const { id } of (await listExceptions(ctx, { state, clientId })).rows)
        await endException(ctx, { exceptionId: id, reason: `End of ${canary}` })
    const asked = {
      ...{ clientId, patchId, isAllVersions: false, lastDay: inDays(20) },
      ...{ reason: `Exception of ${canary}`, owner: `Owner of ${canary}`, measure: `Measure of ${canary}` },
    }
    const on = (tag: string) => ({ ...asked, reach: { kind: 'tag' as const, tag } })
    const ofClient = await askException(manager, on('nobody has it'), 'client')
    const ofMsp = await askException(ctx, on('nor this'), 'msp')
    const agreed = await askException(ctx, on('nor that'), 'msp')
    await answerException(manager, { ...agreed, answer: 'accepted', reason: '' }, 'client')
    return { exceptionId: ofClient.exceptionId, ownExceptionId: ofMsp.exceptionId }
  }
  const makePassing = async (): Promise<
    Pick<
      ClientIds,
      'holdId' | 'decisionId' | 'tokenId' | 'proposalId' | 'groupId' | 'exceptionId' | 'ownExceptionId' | 'consentId'
    >
  > => {
    await factories.inMsp(mspId, (tx) => tx`update holds set lifted_at = now() where client_id = ${clientId}`)
    await setHold(ctx, { patchId: otherPatchId, clients: [clientId], reason: `Hold of ${canary}` })
    await decidePatch(ctx, { patchId, kind: 'approve', clients: [clientId], reason: `Decision of ${canary}` })
    const { tokenId } = await createEnrolmentToken(ctx, { clientId, siteId, uses: 1, validForMs: 3_600_000, tags: [] })
    if (group) await deleteGroup(ctx, group).catch(() => undefined)
    group = await createGroup(ctx, { name: `Group of ${canary}`, clientIds: [clientId] })
    const proposalId = await propose(ctx, { patchId, clientId, devices: devices.length, proposer, canary })
    const exceptionIds = await askExceptions()
    const words = { reason: `Question of ${canary}`, plan: `Plan of ${canary}` }
    const asked = await askAnew(ctx, { clientId, patchId: otherPatchId, ...words })
    return factories.inMsp(mspId, async (tx) => {
      const [hold] = await tx`select id from holds where client_id = ${clientId} order by id desc limit 1`
      const [decision] = await tx`select id from decisions where client_id = ${clientId} order by id desc limit 1`
      return {
        ...{ holdId: hold?.id, decisionId: decision?.id, tokenId, proposalId, groupId: group?.groupId ?? '' },
        ...exceptionIds,
        ...asked,
      }
    })
  }
  const people = await makePeople(client, canary)
  const ids: ClientIds = {
    ...people.ids,
    ...(await makeFrozen(factories, client, canary)),
    keyId: '',
    clientId,
    siteId,
    deviceId: device.deviceId,
    patchId,
    ...(await makeRun()),
    ...(await makePassing()),
  }
  const renew = async (state: State = 'made', ownerId?: string): Promise<ClientIds> => {
    await cancelErasure(ctx, { clientId }).catch(() => undefined)
    await resumeChanges(ctx, { reason: 'A test' }).catch(() => undefined)
    await factories.inMsp(mspId, (tx) => endRuns(tx, clientId))
    Object.assign(ids, await makePassing(), await people.renew(state === 'suspended', ownerId))
    if (state === 'not begun') return ids
    Object.assign(ids, await makeRun())
    await factories.inMsp(mspId, (tx) => arrange[state](tx, ids.rolloutId))
    if (state === 'told') await giveFeedback(manager, { rolloutId: ids.rolloutId, isBroken: true, words: 'A test' })
    if (state === 'all stopped') await stopChanges(ctx, { reason: 'A test' })
    if (state === 'erasing') await requestErasure(ctx, { clientId, name: canary, reason: 'A test' })
    return ids
  }
  return { ids, device, renew }
}

interface Asked {
  patchId: string
  clientId: string
  devices: number
  proposer: string
  canary: string
}

/** An approval that waits for a second person, as `askSecondPerson` leaves it, over one client only. */
async function propose(ctx: Context, { patchId, clientId, devices, proposer, canary }: Asked): Promise<string> {
  const [made] = await inTenant(ctx, (tx) =>
    tx
      .insert(proposals)
      .values({
        mspId: ctx.mspId,
        action: 'patch:approve',
        // Asked for anew with each renewal: the very same waits only once.
        input: { patchId, clients: [clientId], kind: 'approve', reason: `Proposal of ${canary} ${randomUUID()}` },
        title: `get ${canary}-svc 2.0, ring by ring`,
        reach: [{ clientId, devices }],
        deviceCount: devices,
        clientIds: [clientId],
        reason: `Proposal of ${canary}`,
        proposedBy: proposer,
        proposedByName: `Proposer of ${canary}`,
        proposedAt: new Date(),
        expiresAt: new Date(Date.now() + 3_600_000),
      })
      .returning({ id: proposals.id }),
  )
  if (!made) throw new Error('no proposal was made')
  return made.id
}

/** Nothing is claimed, ordered or stopped at the client any more, and its devices are test devices. */
async function endRuns(tx: TransactionSql, clientId: string): Promise<void> {
  await tx`update work_orders set state = 'void' where client_id = ${clientId}`
  await tx`update plan_items set state = 'dropped', is_claimed = false where client_id = ${clientId}`
  await tx`update rollouts set state = 'aborted' where client_id = ${clientId}`
  await tx`update devices set tags = '{test}', retired_at = null where client_id = ${clientId}`
  await tx`update clients set archived_at = null where id = ${clientId}`
}

/** What the worker and the devices would have done by then. */
const arrange: Record<Exclude<State, 'not begun'>, (tx: TransactionSql, rolloutId: string) => Promise<unknown>> = {
  made: async () => undefined,
  suspended: async () => undefined,
  'all stopped': async () => undefined,
  archived: (tx, id) =>
    tx`update clients set archived_at = now() where id = (select client_id from rollouts where id = ${id})`,
  erasing: (tx, id) =>
    tx`update clients set archived_at = now() where id = (select client_id from rollouts where id = ${id})`,
  paused: (
    tx,
    id,
  ) => tx`update rollouts set is_stopped = true, stopped_at = now(), stopped_by = 'A test', stop_reason = 'A test'
    where id = ${id}`,
  soaking: (tx, id) => tx`update ring_patches set verdict = 'soaking', proved = 1, soak_started_at = now(),
    soak_ends_at = now() + interval '1 hour' where rollout_id = ${id}`,
  asking: (tx, id) => tx`update ring_patches set verdict = 'asking' where rollout_id = ${id}`,
  installed: (tx, id) => tx`update plan_items set state = 'proved' where rollout_id = ${id}`,
  told: (tx, id) => tx`update plan_items set state = 'proved' where rollout_id = ${id}`,
  failed: async (tx, id) => {
    await tx`update work_orders set state = 'finished' where rollout_id = ${id}`
    await tx`update plan_items set state = 'failed' where rollout_id = ${id}`
  },
  'outside the window': (tx, id) =>
    tx`update ring_windows set opens_at = now() + interval '1 hour' where rollout_id = ${id}`,
}
