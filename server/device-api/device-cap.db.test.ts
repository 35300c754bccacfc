import postgres, { type Sql, type TransactionSql } from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { msps } from '../../db/schema/tenancy.ts'
import { inTenant, type MspId } from '../../db/tenant.ts'
import { exampleMissing, type TestDevice } from './test-device.ts'
import { startTestConsole, type TestDoor, waitUntil } from './testing.ts'

let door: TestDoor
let client: ClientRef
let patchId: string
beforeAll(async () => {
  door = await startTestConsole()
  client = await door.factories.makeClient(await door.factories.makeMsp())
  await addDevice()
  patchId = await door.factories.findPatch(client.mspId, 'lab-svc', '2.0')
})
beforeEach(async () => {
  await door.factories.beat()
  // What was permitted before is two hours old.
  await door.factories.inMsp(client.mspId, (tx) => tx`update work_orders set permitted_at = now() - interval '2 hours'`)
})
afterAll(() => door.stop())

async function addDevice(): Promise<TestDevice> {
  const device = await door.addDevice(client)
  await device.inventory({ missing: exampleMissing('lab-svc=2.0') })
  return device
}
async function plan(device: TestDevice, verb: 'install' | 'rollback' = 'install') {
  const rolloutId = await door.factories.makeRollout(client, [{ deviceIds: [device.deviceId], patchIds: [patchId] }])
  const orderId = await door.factories.makeOrder(client, {
    deviceId: device.deviceId,
    rolloutId,
    verb,
    position: 0,
    patchIds: [patchId],
  })
  await device.poll()
  return { device, orderId }
}
const answer = async ({ device, orderId }: { device: TestDevice; orderId: string }) => {
  const { body } = await device.permit(orderId)
  return body.permit ? 'permitted' : body.denial
}
const cap = (devicesPerHour: number) =>
  // The MSP of this test's own database.
  inTenant({ mspId: client.mspId as MspId, clients: 'all' }, (tx) => tx.update(msps).set({ devicesPerHour }))

test('so many devices of an MSP start in an hour, whatever was approved; an hour later the next may', async () => {
  await cap(2)
  const waiting = []
  for (let place = 0; place < 3; place++) waiting.push(await plan(await addDevice()))
  const [first, second, third] = waiting
  if (!first || !second || !third) throw new Error('three were made')
  expect([await answer(first), await answer(second), await answer(third)]).toEqual([
    'permitted',
    'permitted',
    'device-cap',
  ])
  // Asked again, it does not count twice.
  expect(await answer(first)).toBe('permitted')
  await door.factories.inMsp(
    client.mspId,
    (tx) => tx`update work_orders set permitted_at = now() - interval '61 minutes' where id = ${first.orderId}`,
  )
  expect(await answer(third)).toBe('permitted')
})

test.each([
  ['near the cap', 1],
  ['far from the cap, which is lowered then', 1_000],
])('two permits at once, the first %s: the second sees what the first one used up', async (_, before) => {
  await cap(before)
  const [first, second] = [await plan(await addDevice()), await plan(await addDevice())]
  const own = postgres(door.database.urls.app_device, { max: 2, onnotice: () => {} })
  const ask = (tx: Sql | TransactionSql, { device, orderId }: typeof first) =>
    tx`select denial from door.permit(now(), ${device.deviceId}, 1000000, ${orderId})`
  try {
    let isAnswered = false
    let later: Promise<unknown> = Promise.resolve()
    await own.begin(async (tx) => {
      expect(await ask(tx, first)).toEqual([{ denial: '' }])
      await cap(1)
      later = ask(own, second).then((rows) => {
        isAnswered = true
        return [...rows]
      })
      await waitUntil(async () => {
        const [row] = await door.database
          .owner`select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted`
        return row?.n > 0
      })
      expect(isAnswered).toBe(false)
    })
    expect(await later).toEqual([{ denial: 'device-cap' }])
  } finally {
    await own.end()
  }
})

test('of twenty that ask at once, as many start as may', async () => {
  await cap(5)
  const waiting = []
  for (let place = 0; place < 20; place++) waiting.push(await plan(await addDevice()))
  const answers = await Promise.all(waiting.map(answer))
  expect(answers.filter((one) => one === 'permitted')).toHaveLength(5)
  expect(answers.filter((one) => one === 'device-cap')).toHaveLength(15)
}, 30_000)

test('far from the cap nobody waits for another, and where it comes near they pass from one way to the other', async () => {
  const [row] = await door.database.owner`select current_setting('max_connections')::int as connections`
  await cap(row?.connections + 5)
  const waiting = []
  for (let place = 0; place < 12; place++) waiting.push(await plan(await addDevice()))
  const [first, second] = waiting
  if (!first || !second) throw new Error('twelve were made')
  const own = postgres(door.database.urls.app_device, { max: 1, onnotice: () => {} })
  await own.begin(async (tx) => {
    expect(
      await tx`select denial from door.permit(now(), ${first.device.deviceId}, 1000000, ${first.orderId})`,
    ).toEqual([{ denial: '' }])
    expect(await answer(second)).toBe('permitted')
  })
  await own.end()
  expect(await Promise.all(waiting.slice(1).map(answer))).toEqual(Array(11).fill('permitted'))
}, 30_000)

test('what started offline counts as well', async () => {
  await cap(10)
  for (let place = 0; place < 11; place++) {
    const { device, orderId } = await plan(await addDevice())
    expect((await device.report({ orderId, state: 'permitted' })).status).toBe(200)
    expect((await device.report({ orderId, state: 'installing' })).status).toBe(200)
  }
  const next = await plan(await addDevice())
  expect(await answer(next)).toBe('device-cap')
  // What is reported late started within ten minutes of its lease all the same.
  await door.factories.inMsp(
    client.mspId,
    (tx) =>
      tx`update work_orders set permitted_at = null, lease_until = now() - interval '2 hours' where permitted_at > now() - interval '1 hour'`,
  )
  const late = await plan(await addDevice())
  await door.factories.inMsp(
    client.mspId,
    (tx) => tx`update work_orders set lease_until = now() - interval '2 hours' where id = ${late.orderId}`,
  )
  await late.device.report({ orderId: late.orderId, state: 'installing' })
  await cap(1)
  expect(await answer(next)).toBe('permitted')
}, 30_000)

test('going back is never capped, and one MSP does not use up the hour of another', async () => {
  await cap(1)
  const used = await plan(await addDevice())
  expect(await answer(used)).toBe('permitted')
  expect(await answer(await plan(await addDevice(), 'rollback'))).toBe('permitted')
  const other = await door.factories.makeClient(await door.factories.makeMsp())
  const device = await door.addDevice(other)
  await device.inventory({ missing: exampleMissing('lab-svc=2.0') })
  const itsPatch = await door.factories.findPatch(other.mspId, 'lab-svc', '2.0')
  const rolloutId = await door.factories.makeRollout(other, [{ deviceIds: [device.deviceId], patchIds: [itsPatch] }])
  const spec = { deviceId: device.deviceId, rolloutId, position: 0, patchIds: [itsPatch] }
  expect(await answer({ device, orderId: await door.factories.makeOrder(other, spec) })).toBe('permitted')
})
