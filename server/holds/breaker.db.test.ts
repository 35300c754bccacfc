import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { exampleMissing, exampleSetKey, type TestDevice } from '../device-api/test-device.ts'
import { startTestConsole, type TestDoor } from '../device-api/testing.ts'
import { standardPolicy } from '../policies/rules.ts'
import { pauseRollout } from '../rollouts/pause-rollout.ts'
import { personContext } from '../rollouts/testing.ts'
import { liftHold } from './lift-hold.ts'

let door: TestDoor
let client: ClientRef
beforeAll(async () => {
  door = await startTestConsole()
})
beforeEach(async () => {
  client = await door.factories.makeClient(await door.factories.makeMsp())
  await door.factories.makePolicy(client.mspId, { breaker: { devices: 2 } })
})
afterAll(() => door?.stop())

const inMsp = <T>(work: Parameters<typeof door.factories.inMsp<T>>[1]) => door.factories.inMsp(client.mspId, work)
const holds = () => inMsp((tx) => tx`select id, source, reason, lifted_at from holds order by set_at`)
const patch = () => door.factories.findPatch(client.mspId, 'lab-svc', '2.0')

async function addDevice(): Promise<TestDevice> {
  const device = await door.addDevice(client)
  await device.inventory({ missing: exampleMissing('lab-svc=2.0') })
  return device
}

/** A rollout of its own for these devices; whatever claimed them before is over. */
async function plan(...devices: TestDevice[]) {
  const patchIds = [await patch()]
  const deviceIds = devices.map(({ deviceId }) => deviceId)
  await inMsp((tx) => tx`update plan_items set is_claimed = false where device_id = any (${deviceIds})`)
  const rolloutId = await door.factories.makeRollout(client, [{ deviceIds, patchIds, failureLimit: 99 }])
  const orders = new Map<string, string>()
  for (const deviceId of deviceIds)
    orders.set(deviceId, await door.factories.makeOrder(client, { deviceId, rolloutId, position: 0, patchIds }))
  return { rolloutId, orderOf: (device: TestDevice) => orders.get(device.deviceId) ?? '' }
}

const failure = (orderId: string) => ({
  orderId,
  state: 'failed' as const,
  sets: [
    {
      key: exampleSetKey('lab-svc=2.0'),
      outcome: 'failed' as const,
      versions: [],
      exitCode: 100,
      output: '',
      reason: 'no',
      undoClass: 'kept' as const,
    },
  ],
})
async function fail(device: TestDevice) {
  const { orderOf } = await plan(device)
  return device.report(failure(orderOf(device)))
}

test('a device that fails in three rollouts is one device; the second device trips it', async () => {
  const [one, two] = [await addDevice(), await addDevice()]
  for (let rollout = 0; rollout < 3; rollout += 1) await fail(one)
  expect(await holds()).toEqual([])
  await fail(two)
  expect(await holds()).toMatchObject([
    { source: 'breaker', reason: 'lab-svc 2.0 failed on 2 devices across the clients' },
  ])
})

test('an MSP that saved no policy has the limit of the standard one', async () => {
  client = await door.factories.makeClient(await door.factories.makeMsp())
  const devices: TestDevice[] = []
  for (let place = 0; place < standardPolicy.breaker.devices; place += 1) devices.push(await addDevice())
  const last = devices.pop()
  for (const device of devices) await fail(device)
  expect(await holds()).toEqual([])
  if (last) await fail(last)
  expect(await holds()).toMatchObject([{ source: 'breaker' }])
})

test('after its hold is lifted it counts anew, known devices too', async () => {
  const [one, two] = [await addDevice(), await addDevice()]
  await fail(one)
  await fail(two)
  const [tripped] = await holds()
  await liftHold(personContext(client.mspId), { holdId: tripped?.id, reason: 'the vendor fixed it' })
  await fail(one)
  await fail(one)
  expect((await holds()).filter(({ lifted_at }) => lifted_at === null)).toEqual([])
  await fail(two)
  expect((await holds()).filter(({ lifted_at }) => lifted_at === null)).toHaveLength(1)
})

test('many that fail at the same time trip it once', async () => {
  const devices = await Promise.all(Array.from({ length: 8 }, addDevice))
  const { orderOf } = await plan(...devices)
  await Promise.all(devices.map((device) => device.report(failure(orderOf(device)))))
  expect(await holds()).toHaveLength(1)
  const [breaker] = await inMsp(
    (tx) => tx`select failed_devices, cardinality(failed_device_ids) as known from breakers`,
  )
  expect(breaker).toEqual({ failed_devices: 2, known: 2 })
  const [gate] = await inMsp((tx) => tx`select failed, is_stopped from ring_patches`)
  expect(gate).toEqual({ failed: 8, is_stopped: true })
})

test('a pause does not wait for a failure that is being counted, though it trips the breaker', async () => {
  const [one, two] = [await addDevice(), await addDevice()]
  await fail(one)
  const { rolloutId, orderOf } = await plan(two)
  const { report, signature } = two.makeReport(failure(orderOf(two)))
  const batch = [
    { device_id: two.deviceId, counter: ++two.counter, reports: [{ report, signature, hash: 'f'.repeat(64) }] },
  ]
  const elsewhere = postgres(door.database.urls.app_device, { max: 1 })
  await elsewhere.begin(async (tx) => {
    await tx`select * from door.reports(now(), ${JSON.stringify(batch)}::text::jsonb)`
    // Not committed: a lock that the pause wanted would hold it up for ever.
    await pauseRollout(personContext(client.mspId), { rolloutId, reason: 'while it is being counted' })
    expect(await holds()).toEqual([])
  })
  await elsewhere.end()
  expect(await holds()).toHaveLength(1)
}, 15_000)
