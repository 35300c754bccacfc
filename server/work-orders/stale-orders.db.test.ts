import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Report } from '../../agent/wire/report.ts'
import type { ClientRef, OrderSpec } from '../../db/factories.ts'
import { exampleMissing, type TestDevice } from '../device-api/test-device.ts'
import { startTestConsole, type TestDoor } from '../device-api/testing.ts'
import { retryDevice } from '../devices/retry-device.ts'
import { ingest } from '../ingest.ts'
import { personContext } from '../rollouts/testing.ts'
import { dispatchOrders } from './dispatch-orders.ts'
import { endLateOrders } from './end-late-orders.ts'

let door: TestDoor
let client: ClientRef
let device: TestDevice
let patchId: string
let rolloutId: string
let start: number

beforeAll(async () => {
  door = await startTestConsole()
})
afterAll(() => door?.stop())
beforeEach(async () => {
  client = await door.factories.makeClient(await door.factories.makeMsp())
  device = await door.addDevice(client)
  await device.inventory({ missing: exampleMissing('lab-svc=2.0') })
  patchId = await door.factories.findPatch(client.mspId, 'lab-svc', '2.0')
  rolloutId = await door.factories.makeRollout(client, [{ deviceIds: [device.deviceId], patchIds: [patchId] }])
  start = Date.now()
})

const inMsp = <T>(work: Parameters<typeof door.factories.inMsp<T>>[1]) => door.factories.inMsp(client.mspId, work)
const unknownId = '00000000-0000-0000-0000-000000000000'

/** An order, with the item in the state that goes with it. */
async function order(verb: 'stage' | 'install' | 'rollback', more: Partial<OrderSpec> = {}): Promise<string> {
  const state = { stage: 'planned', install: 'ordered', rollback: 'rolling-back' }[verb]
  await inMsp((tx) => tx`update plan_items set state = ${state} where rollout_id = ${rolloutId}`)
  const spec = { deviceId: device.deviceId, rolloutId, position: 0, patchIds: [patchId], verb, ...more }
  return door.factories.makeOrder(client, spec)
}
/** Ids that the device is handed in a poll so many minutes (and a second each) after the start. */
async function lease(minute: number): Promise<string[]> {
  const at = new Date(start + minute * 61_000)
  await door.factories.beat(at)
  return (await ingest('lease', { at, ids: [device.deviceId] })).map((row) => row.order_id)
}
/** How many polls in a row, a minute apart, hand something out. */
async function countLeases(from = 0): Promise<number> {
  for (let minute = from; ; minute += 1) if (minute > 60 || (await lease(minute)).length === 0) return minute - from
}
const refuseUnread = (changes: Partial<Report> = {}) => {
  const refusal = { code: 'malformed' as const, detail: 'the envelope: not as agreed' }
  return device.report({ orderId: unknownId, state: 'refused', refusal, ...changes })
}
const orderState = async (id: string) =>
  (await inMsp((tx) => tx`select state from work_orders where id = ${id}`))[0]?.state
const item = async () =>
  (
    await inMsp(
      (tx) => tx`select state, reason, is_claimed, is_failure_counted from plan_items where rollout_id = ${rolloutId}`,
    )
  )[0]
const events = () => inMsp((tx) => tx`select summary, order_id from device_events where kind = 'order-ended'`)

describe('an order that its device cannot read', () => {
  test('ends after three leases once the device has said so, with its words on the plan and in the history', async () => {
    const id = await order('stage')
    expect(await lease(0)).toEqual([id])
    await refuseUnread()
    expect([await lease(1), await lease(2), await lease(3)]).toEqual([[id], [id], []])
    expect(await orderState(id)).toBe('void')
    const reason = 'The device cannot read the order (malformed: the envelope: not as agreed). Nothing was changed.'
    expect(await item()).toEqual({ state: 'failed', reason, is_claimed: true, is_failure_counted: false })
    expect(await events()).toEqual([{ summary: reason, order_id: id }])
    const [row] = await inMsp((tx) => tx`select failed_count from devices where id = ${device.deviceId}`)
    expect(row).toEqual({ failed_count: 1 })
    expect([await lease(4), await lease(30)]).toEqual([[], []])
  })

  test('and says nothing at all ends after twenty', async () => {
    const id = await order('install')
    expect(await countLeases()).toBe(20)
    expect(await orderState(id)).toBe('void')
    expect(await item()).toMatchObject({ state: 'failed', is_failure_counted: false })
    expect((await item())?.reason).toBe(
      'The device was handed the order 20 times and never answered. Nothing was changed.',
    )
  })

  test('does not end the readable one beside it, nor one that was not handed out', async () => {
    const good = await door.factories.makeOrder(client, { deviceId: device.deviceId, verb: 'scan' })
    const bad = await order('stage')
    const later = await door.factories.makeOrder(client, {
      deviceId: device.deviceId,
      verb: 'healthcheck',
      notBefore: new Date(start + 150_000),
    })
    expect((await lease(0)).sort()).toEqual([good, bad].sort())
    await device.report({ orderId: good, state: 'accepted' })
    await refuseUnread()
    for (let minute = 1; minute < 6; minute += 1) await lease(minute)
    expect([await orderState(good), await orderState(bad)]).toEqual(['open', 'void'])
    expect(await orderState(later)).toBe('ready')
    const [kept] = await inMsp((tx) => tx`select unread_reason from work_orders where id = ${later}`)
    expect(kept).toEqual({ unread_reason: '' })
  })

  test('is tried again by a person as a new order', async () => {
    const id = await order('install')
    await lease(0)
    await refuseUnread()
    expect(await countLeases(1)).toBe(2)
    await retryDevice(personContext(client.mspId), { deviceId: device.deviceId, patchId })
    await dispatchOrders(new Date())
    expect(await inMsp((tx) => tx`select id, state from work_orders where attempt = 2`)).toMatchObject([
      { state: 'unsigned' },
    ])
    expect(await orderState(id)).toBe('void')
  })

  test('of going back needs a person', async () => {
    const id = await order('rollback')
    await lease(0)
    await refuseUnread()
    await countLeases(1)
    expect(await orderState(id)).toBe('void')
    expect(await item()).toMatchObject({ state: 'rollback-failed' })
  })
})

describe('an order whose last date went by before the device came', () => {
  const notAfter = () => new Date(start + 30_000)

  test('to install is made anew', async () => {
    const id = await order('install', { notAfter: notAfter() })
    expect(await lease(1)).toEqual([])
    expect(await orderState(id)).toBe('void')
    expect(await item()).toMatchObject({ state: 'staged', is_claimed: true })
    await dispatchOrders(new Date())
    expect(await item()).toMatchObject({ state: 'ordered' })
  })
  test('to stage frees the package for the next rollout', async () => {
    await order('stage', { notAfter: notAfter() })
    await lease(1)
    expect(await item()).toMatchObject({ state: 'dropped', is_claimed: false })
  })
  test('to go back is made anew', async () => {
    await order('rollback', { notAfter: notAfter() })
    await lease(1)
    await inMsp(
      (tx) => tx`update ring_patches set is_stopped = true, roll_back_at = now() where rollout_id = ${rolloutId}`,
    )
    await dispatchOrders(new Date())
    expect(await item()).toMatchObject({ state: 'rolling-back' })
    const made = await inMsp((tx) => tx`select state from work_orders where verb = 'rollback' order by attempt`)
    expect(made.map(({ state }) => state)).toEqual(['void', 'unsigned'])
  })
})

describe('the sweep over orders whose device stays away', () => {
  const notAfter = () => new Date(start - 1_000)

  test.each(['unsigned', 'ready', 'open'] as const)('ends one that is %s, and the next is made', async (state) => {
    const id = await order('install', { notAfter: notAfter(), state })
    expect([await endLateOrders(new Date()), await endLateOrders(new Date())]).toEqual([1, 0])
    expect(await orderState(id)).toBe('void')
    expect(await item()).toMatchObject({ state: 'staged', is_claimed: true })
    await dispatchOrders(new Date())
    expect(await item()).toMatchObject({ state: 'ordered' })
  })
  test('leaves one that is in time, and for a day one that has started', async () => {
    await order('install', { state: 'open' })
    await endLateOrders(new Date())
    expect(await item()).toMatchObject({ state: 'ordered' })
    await inMsp((tx) => tx`update plan_items set state = 'installing'`)
    await inMsp(
      (tx) => tx`update work_orders set not_after = ${notAfter()}, permitted_at = ${new Date(start - 3_600_000)}`,
    )
    await endLateOrders(new Date())
    expect(await item()).toMatchObject({ state: 'installing' })
    await endLateOrders(new Date(start + 24 * 3_600_000))
    expect(await item()).toMatchObject({
      state: 'staged',
      reason: 'The device started the order and was not heard of since.',
    })
  })
  test('frees the package where the rollout has stopped the patch meanwhile and is over', async () => {
    await order('install', { notAfter: notAfter() })
    await inMsp((tx) => tx`update rollouts set state = 'finished' where id = ${rolloutId}`)
    await inMsp((tx) => tx`update ring_patches set verdict = 'pass', is_stopped = true where rollout_id = ${rolloutId}`)
    await endLateOrders(new Date())
    expect(await item()).toMatchObject({ state: 'dropped', is_claimed: false })
  })
})

test('a refused stage order says why on the plan', async () => {
  const id = await order('stage')
  const refusal = { code: 'too-many-bytes' as const, detail: '300000 bytes, the limit is 262144' }
  await device.report({ orderId: id, state: 'refused', refusal })
  expect(await item()).toMatchObject({ state: 'failed', reason: 'too-many-bytes: 300000 bytes, the limit is 262144' })
})
