import type { ClientRef } from '../../db/factories.ts'
import { connectPools } from '../../db/tenant.ts'
import { decidePatch } from '../approvals/decide-patch.ts'
import { jobContext } from '../auth/job-context.ts'
import { ensurePerson } from '../auth/people.ts'
import { connectAuth } from '../auth/store.ts'
import { exampleMissing, examplePackages, type TestDevice } from '../device-api/test-device.ts'
import type { TestDoor } from '../device-api/testing.ts'
import { createEnrolmentToken } from '../enrolment/create-enrolment-token.ts'
import { setHold } from '../holds/set-hold.ts'
import { addMember } from '../members/add-member.ts'
import type { Role } from '../permissions.ts'

/** Every id that belongs to one client, for the inputs of the sweep. Add yours here, and make the thing in `fillClient`. */
export interface ClientIds {
  clientId: string
  siteId: string
  deviceId: string
  patchId: string
  rolloutId: string
  orderId: string
  holdId: string
  decisionId: string
  tokenId: string
}

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
    /** A technician of the second client only. */
    otherClient: Caller
    otherMsp: Caller
  }
  devices: Record<'first' | 'second' | 'foreign', TestDevice>
  /** Makes what a verb uses up (hold, decision, token) anew for the first client. */
  renew(): Promise<ClientIds>
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
  return {
    first: first.ids,
    second: second.ids,
    foreign: other.ids,
    canaries,
    mspIds: { own, foreign },
    people: {
      owner: await makePerson(own, ownSlug, 'owner', 'all'),
      technician: await makePerson(own, ownSlug, 'technician', [first.ids.clientId]),
      readOnly: await makePerson(own, ownSlug, 'read-only', 'all'),
      otherClient: await makePerson(own, ownSlug, 'technician', [second.ids.clientId]),
      otherMsp: await makePerson(foreign, 'foreign-msp-canary-foreign', 'owner', 'all'),
    },
    devices: { first: first.device, second: second.device, foreign: other.device },
    renew: first.renew,
  }
}

let made = 0
async function makePerson(mspId: string, slug: string, role: Role, clients: 'all' | string[]): Promise<Caller> {
  made += 1
  const person = { name: `Person ${made}`, email: `person-${made}@example.org` }
  const { id: userId } = await ensurePerson(person, new Date())
  await addMember(jobContext(mspId, 'test'), { userId, ...person, role, clients })
  return { userId, slug }
}

async function fillClient(door: TestDoor, client: ClientRef, canary: string, deviceCount: number) {
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
  const rolloutId = await factories.makeRollout(client, [
    { deviceIds: devices.map((each) => each.deviceId), patchIds: [patchId] },
  ])
  const orderId = await factories.makeOrder(client, {
    deviceId: device.deviceId,
    rolloutId,
    position: 0,
    patchIds: [patchId],
  })
  const makePassing = async (): Promise<Pick<ClientIds, 'holdId' | 'decisionId' | 'tokenId'>> => {
    await factories.inMsp(mspId, (tx) => tx`update holds set lifted_at = now() where client_id = ${clientId}`)
    await setHold(ctx, { patchId: otherPatchId, clients: [clientId], reason: `Hold of ${canary}` })
    await decidePatch(ctx, { patchId, kind: 'approve', clients: [clientId], reason: `Decision of ${canary}` })
    const { tokenId } = await createEnrolmentToken(ctx, { clientId, siteId, uses: 1, validForMs: 3_600_000 })
    return factories.inMsp(mspId, async (tx) => {
      const [hold] = await tx`select id from holds where client_id = ${clientId} order by id desc limit 1`
      const [decision] = await tx`select id from decisions where client_id = ${clientId} order by id desc limit 1`
      return { holdId: hold?.id, decisionId: decision?.id, tokenId }
    })
  }
  const ids: ClientIds = {
    clientId,
    siteId,
    deviceId: device.deviceId,
    patchId,
    rolloutId,
    orderId,
    ...(await makePassing()),
  }
  return { ids, device, renew: async () => Object.assign(ids, await makePassing()) }
}
