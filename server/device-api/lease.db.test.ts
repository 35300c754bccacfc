import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ClientRef, inHours, type OrderSpec, type RingSpec } from '../../db/factories.ts'
import { ingest } from '../ingest.ts'
import { exampleMissing, type TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor, waitUntil } from './testing.ts'

let door: TestDoor
let client: ClientRef
let patchId: string
beforeAll(async () => {
  door = await startTestDoor()
  client = await door.factories.makeClient(await door.factories.makeMsp())
  await addDevice()
  patchId = await door.factories.findPatch(client.mspId, 'lab-svc', '2.0')
})
beforeEach(() => door.factories.beat())
afterAll(() => door.stop())

async function addDevice(): Promise<TestDevice> {
  const device = await door.addDevice(client)
  await device.inventory({ missing: exampleMissing('lab-svc=2.0') })
  return device
}

/** A device in a rollout of one ring, with an order that may start now except for what is changed. */
async function plan(ring: Partial<RingSpec> = {}, order: Partial<OrderSpec> = {}) {
  const device = await addDevice()
  const rolloutId = await door.factories.makeRollout(client, [
    { deviceIds: [device.deviceId], patchIds: [patchId], ...ring },
  ])
  const orderId = await makeOrder(device, { rolloutId, ...order })
  return { device, rolloutId, orderId }
}
const makeOrder = (device: TestDevice, order: Partial<OrderSpec>) =>
  door.factories.makeOrder(client, { deviceId: device.deviceId, position: 0, patchIds: [patchId], ...order })
const polled = async (device: TestDevice) => (await device.poll()).body.orders.map(({ payload }) => payload)
const change = (work: Parameters<typeof door.factories.inMsp<unknown>>[1]) => door.factories.inMsp(client.mspId, work)
const denial = async (device: TestDevice, orderId: string) => {
  const { body } = await device.permit(orderId)
  return body.permit ? 'permitted' : body.denial
}

test('an order that may start is handed out and permitted', async () => {
  const { device, orderId } = await plan()
  expect(await polled(device)).toEqual([orderId])
  expect(await denial(device, orderId)).toBe('permitted')
})

describe('neither lease nor permit of an install', () => {
  test.each<[string, string, (rolloutId: string) => Promise<unknown>]>([
    [
      'while the rollout is paused',
      'paused',
      (id) => change((tx) => tx`update rollouts set is_stopped = true where id = ${id}`),
    ],
    [
      'of an aborted rollout',
      'superseded',
      (id) => change((tx) => tx`update rollouts set state = 'aborted' where id = ${id}`),
    ],
    [
      'of a stopped patch',
      'superseded',
      (id) => change((tx) => tx`update ring_patches set is_stopped = true where rollout_id = ${id}`),
    ],
    ['while the evaluator is silent', 'no-evaluator', () => door.factories.beat(new Date(Date.now() - 61_000))],
  ])('%s', async (_name, expected, arrange) => {
    const { device, rolloutId, orderId } = await plan()
    await arrange(rolloutId)
    expect(await polled(device)).toEqual([])
    expect(await denial(device, orderId)).toBe(expected)
  })

  test.each<[string, string, RingSpec['window']]>([
    ['before the window', 'window-closed', { opensAt: inHours(1) }],
    ['after the window', 'window-closed', { opensAt: inHours(-3), lastStartAt: inHours(-2), closesAt: inHours(-1) }],
    ['after its last start', 'not-enough-time', { lastStartAt: inHours(-0.1) }],
    ['in the window of another zone', 'window-closed', { timeZone: 'Asia/Tokyo' }],
  ])('%s', async (_name, expected, window) => {
    const { device, orderId } = await plan({ window })
    expect(await polled(device)).toEqual([])
    expect(await denial(device, orderId)).toBe(expected)
  })

  test('before its time, after its last date, unsigned, withdrawn', async () => {
    expect(await polled((await plan({}, { notBefore: inHours(1) })).device)).toEqual([])
    const late = await plan({}, { notAfter: inHours(-0.1) })
    expect(await polled(late.device)).toEqual([])
    expect(await denial(late.device, late.orderId)).toBe('expired')
    const unsigned = await plan({}, { state: 'unsigned' })
    expect(await polled(unsigned.device)).toEqual([])
    expect(await denial(unsigned.device, unsigned.orderId)).toBe('expired')
    expect(await denial((await plan()).device, late.orderId)).toBe('unknown-order')
  })
})

test('patch now opens the window for this order alone', async () => {
  const closed = { opensAt: inHours(1) }
  const { device, orderId } = await plan({ window: closed }, { windowOpenUntil: inHours(1) })
  expect(await polled(device)).toEqual([orderId])
  expect(await denial(device, orderId)).toBe('permitted')
})

test("a window in the device's own zone counts", async () => {
  const { device, orderId } = await plan({ window: { timeZone: 'Europe/Berlin' } })
  expect(await polled(device)).toEqual([orderId])
})

test('a permit ends with the last start of the window', async () => {
  const lastStartAt = new Date(Date.now() + 120_000)
  const { device, orderId } = await plan({ window: { lastStartAt } })
  expect((await device.permit(orderId)).body).toMatchObject({ permit: true, validUntil: lastStartAt.toISOString() })
})

test('going back is held up by nothing: paused, closed, no evaluator', async () => {
  const { device, rolloutId } = await plan({ window: { opensAt: inHours(1) } })
  await change((tx) => tx`update rollouts set is_stopped = true where id = ${rolloutId}`)
  await door.factories.beat(inHours(-1))
  const rollback = await makeOrder(device, { rolloutId, verb: 'rollback' })
  expect(await polled(device)).toEqual([rollback])
  expect(await denial(device, rollback)).toBe('permitted')
})

test('staging needs no window and no evaluator, but stops with a pause', async () => {
  const { device, rolloutId } = await plan({ window: { opensAt: inHours(1) } })
  await door.factories.beat(inHours(-1))
  const stage = await makeOrder(device, { rolloutId, verb: 'stage' })
  expect(await polled(device)).toEqual([stage])
  const again = await makeOrder(device, { rolloutId, verb: 'stage', attempt: 2 })
  await change((tx) => tx`update rollouts set is_stopped = true where id = ${rolloutId}`)
  expect(await polled(device)).toEqual([])
  await change((tx) => tx`update rollouts set is_stopped = false where id = ${rolloutId}`)
  expect(await polled(device)).toEqual([again])
})

test('one change order a device: not while one is open, nor while one was handed out a moment ago; rollback first', async () => {
  const { device, rolloutId, orderId } = await plan()
  const second = await makeOrder(device, { rolloutId, attempt: 2 })
  expect(await polled(device)).toEqual([orderId])
  expect(await polled(device)).toEqual([])
  await device.report({ orderId, state: 'accepted' })
  expect(await polled(device)).toEqual([])
  const rollback = await makeOrder(device, { rolloutId, verb: 'rollback', supersedes: [orderId, second] })
  expect(await polled(device)).toEqual([rollback])
  expect(await denial(device, orderId)).toBe('superseded')
  await device.report({ orderId: rollback, state: 'rolled-back' })
  await device.report({ orderId, state: 'overtaken' })
  // The second one was named by the rollback before it ever started: it is over.
  expect(await polled(device)).toEqual([])
  expect(await denial(device, second)).toBe('expired')
})

test('a lease that was never accepted runs out after a minute, an accepted one does not', async () => {
  const { device, orderId } = await plan()
  const lease = async (seconds: number) =>
    (await ingest('lease', { at: new Date(Date.now() + seconds * 1_000), ids: [device.deviceId] })).map(
      ({ order_id }) => order_id,
    )
  expect(await lease(0)).toEqual([orderId])
  expect(await lease(55)).toEqual([])
  await door.factories.beat(new Date(Date.now() + 60_000))
  expect(await lease(62)).toEqual([orderId])
  await device.report({ orderId, state: 'accepted' })
  expect(await lease(200)).toEqual([])
})

test('at most `concurrency` of a ring are under way, also when all poll at once', async () => {
  const devices = await Promise.all([addDevice(), addDevice(), addDevice(), addDevice(), addDevice()])
  const deviceIds = devices.map(({ deviceId }) => deviceId)
  const rolloutId = await door.factories.makeRollout(client, [{ deviceIds, patchIds: [patchId], concurrency: 2 }])
  for (const device of devices) await makeOrder(device, { rolloutId })
  // Each device in a call of its own, as several door processes would ask; the first has not committed when the others begin.
  const [one, ...others] = deviceIds
  const elsewhere = postgres(door.database.urls.app_device, { max: 1 })
  const asked: ReturnType<typeof ingest<'lease'>>[] = []
  const held = await elsewhere.begin(async (tx) => {
    const leased = await tx`select device_id, order_id, envelope from door.lease(now(), ${[one ?? '']})`
    for (const id of others) asked.push(ingest('lease', { at: new Date(), ids: [id] }))
    await waitUntil(async () => {
      const [row] = await door.database.owner`select count(distinct l.pid)::int as waiting
        from pg_locks l join pg_stat_activity a on a.pid = l.pid and a.datname = current_database() where not l.granted`
      return row?.waiting === others.length
    })
    return leased
  })
  await elsewhere.end()
  const leases = [...held, ...(await Promise.all(asked)).flat()]
  expect(leases).toHaveLength(2)
  const [first] = leases
  const holder = devices.find(({ deviceId }) => deviceId === first?.device_id)
  await holder?.report({ orderId: first?.order_id ?? '', state: 'proved' })
  expect(await ingest('lease', { at: new Date(), ids: deviceIds })).toHaveLength(1)
})

test('a device that went dark with an open order holds its place in a ring for two hours and no longer', async () => {
  const devices = await Promise.all([addDevice(), addDevice()])
  const deviceIds = devices.map(({ deviceId }) => deviceId)
  const rolloutId = await door.factories.makeRollout(client, [{ deviceIds, patchIds: [patchId], concurrency: 1 }])
  const [dark, waiting] = devices
  if (!dark || !waiting) throw new Error('no devices')
  const held = await makeOrder(dark, { rolloutId })
  const next = await makeOrder(waiting, { rolloutId })
  await dark.report({ orderId: held, state: 'accepted' })
  const lease = async (hours: number) => {
    const at = inHours(hours)
    await door.factories.beat(at)
    return (await ingest('lease', { at, ids: [waiting.deviceId] })).map((row) => row.order_id)
  }
  expect(await lease(1.9)).toEqual([])
  expect(await lease(2.1)).toEqual([next])
})

test('a permit given again is one event, and a retired device gets none', async () => {
  const { device, orderId } = await plan()
  for (let n = 0; n < 3; n++) expect(await denial(device, orderId)).toBe('permitted')
  const events = await change(
    (tx) => tx`select kind from device_events where device_id = ${device.deviceId} and kind = 'permitted'`,
  )
  expect(events).toHaveLength(1)
  await change((tx) => tx`update devices set retired_at = now() where id = ${device.deviceId}`)
  expect(await denial(device, orderId)).toBe('unknown-order')
})
