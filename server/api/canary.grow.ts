import type { ClientRef } from '../../db/factories.ts'
import { decidePatch } from '../approvals/decide-patch.ts'
import { jobContext } from '../auth/job-context.ts'
import { ensurePerson } from '../auth/people.ts'
import { exampleMissing, examplePackages } from '../device-api/test-device.ts'
import type { TestDoor } from '../device-api/testing.ts'
import { createEnrolmentToken } from '../enrolment/create-enrolment-token.ts'
import { answerException } from '../exceptions/answer-exception.ts'
import { askException } from '../exceptions/ask-exception.ts'
import { setHold } from '../holds/set-hold.ts'
import { addMember } from '../members/add-member.ts'
import { permissionsOf } from '../permissions.ts'
import { dateLacked, isOwn, type Part, stamps } from './canary.world.ts'

/**
 * More of everything at one client: a device that lacks what devices of the neighbour lack too, decided, held, rolled out and failed there.
 * Who may not see this client must read the same numbers as before.
 */
export async function growClient(door: TestDoor, client: ClientRef, part: Part): Promise<void> {
  const { mspId, clientId, siteId } = client
  const ctx = jobContext(mspId, 'test')
  const shared = `${stamps[isOwn(part) ? 'ownMsp' : 'foreignMsp']}-shared`
  const device = await door.addDevice(client, { hostName: `${stamps[part]}-more` })
  await device.checkIn()
  const more = `${stamps[part]}-more=1.0`
  await device.inventory({
    facts: { ...device.facts, isRebootPending: true },
    packages: examplePackages(5),
    missing: { ...exampleMissing(`${shared}=1.0`, more), trouble: `${stamps[part]} dpkg was interrupted` },
  })
  const patchId = await findShared(door, mspId, shared)
  // Long over: the earliest date of all who lack it, for whoever may know of it.
  await dateLacked(door.factories.across, client, new Date('2020-01-01T00:00:00Z'))
  await decidePatch(ctx, { patchId, kind: 'approve', clients: [clientId], reason: `Because of ${stamps[part]}` })
  await setHold(ctx, { patchId, clients: [clientId], reason: `Because of ${stamps[part]}` })
  const because = `Because of ${stamps[part]}`
  const asked = { clientId, patchId, isAllVersions: false, reason: because, owner: because, measure: because }
  const lastDay = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
  const manager = { ...ctx, permissions: permissionsOf['client-manager'] }
  // Of two that need somebody one waits and one ends soon.
  await askException(manager, { ...asked, lastDay, reach: { kind: 'client' } }, 'client')
  const here = { kind: 'device' as const, deviceId: device.deviceId }
  const agreed = await askException(ctx, { ...asked, lastDay, reach: here }, 'msp')
  await answerException(manager, { ...agreed, answer: 'accepted', reason: '' }, 'client')
  const rolloutId = await door.factories.makeRollout(client, [{ deviceIds: [device.deviceId], patchIds: [patchId] }])
  const spec = { deviceId: device.deviceId, rolloutId, position: 0, patchIds: [patchId] }
  const orderId = await door.factories.makeOrder(client, spec)
  await door.factories.inMsp(mspId, async (tx) => {
    await tx`update ring_patches set verdict = 'asking' where rollout_id = ${rolloutId}`
    await tx`update work_orders set state = 'finished' where id = ${orderId}`
    await tx`update plan_items set state = 'failed' where rollout_id = ${rolloutId}`
  })
  await createEnrolmentToken(ctx, { clientId, siteId, uses: 1, validForMs: 3_600_000, tags: [] })
  const about = { name: `More of ${stamps[part]}`, email: `more-${stamps[part]}@example.org` }
  const { id: userId } = await ensurePerson(about, new Date())
  await addMember(ctx, { userId, ...about, role: 'technician', clients: [clientId] })
}

async function findShared(door: TestDoor, mspId: string, name: string): Promise<string> {
  const [found] = await door.factories.inMsp(
    mspId,
    (tx) => tx<{ id: string }[]>`select id from patches where name = ${name}`,
  )
  if (!found) throw new Error(`no device lacks ${name}`)
  return found.id
}
