import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { exampleMissing, type TestDevice } from '../device-api/test-device.ts'
import { startTestConsole, type TestDoor } from '../device-api/testing.ts'
import { dispatchOrders } from './dispatch-orders.ts'

let door: TestDoor
let client: ClientRef
let device: TestDevice
let good: string
let bad: string
const now = new Date()

beforeAll(async () => {
  door = await startTestConsole()
})
afterAll(() => door.stop())
beforeEach(async () => {
  client = await door.factories.makeClient(await door.factories.makeMsp())
  device = await door.addDevice(client)
  await device.inventory({ missing: exampleMissing('lab-svc=2.0', 'lab-lib=2.0') })
  good = await door.factories.findPatch(client.mspId, 'lab-lib', '2.0')
  bad = await door.factories.findPatch(client.mspId, 'lab-svc', '2.0')
})

const inMsp = <T>(work: Parameters<TestDoor['factories']['inMsp']>[1]) =>
  door.factories.inMsp(client.mspId, work) as Promise<T>
const orders = () =>
  inMsp<{ verb: string; state: string; patch_ids: string[]; attempt: number; window_open_until: Date | null }[]>(
    (tx) =>
      tx`select verb, state, patch_ids, attempt, window_open_until from work_orders where device_id = ${device.deviceId} order by attempt, verb`,
  )
const items = async () => {
  const rows = await inMsp<{ package_name: string; state: string }[]>(
    (tx) => tx`select package_name, state from plan_items where device_id = ${device.deviceId} order by 1`,
  )
  return Object.fromEntries(rows.map((row) => [row.package_name, row.state]))
}
const setItems = (state: string) =>
  inMsp((tx) => tx`update plan_items set state = ${state} where device_id = ${device.deviceId}`)

/** A rollout of both patches whose ring is open and whose device has staged them. */
async function stagedRollout(policy: object = {}): Promise<string> {
  const rolloutId = await door.factories.makeRollout(client, [{ deviceIds: [device.deviceId], patchIds: [good, bad] }])
  await inMsp(
    (tx) =>
      tx`update rollouts set policy = ${tx.json({ probes: [], watchIntervalMs: 1_000, ...policy })} where id = ${rolloutId}`,
  )
  await setItems('staged')
  return rolloutId
}

describe('install orders', () => {
  test('one order with every staged set, once', async () => {
    await stagedRollout()
    await dispatchOrders(now)
    await dispatchOrders(now)
    const made = await orders()
    expect(made).toMatchObject([{ verb: 'install', state: 'unsigned', attempt: 1 }])
    expect(new Set(made[0]?.patch_ids)).toEqual(new Set([good, bad]))
    expect(await items()).toEqual({ 'lab-lib': 'ordered', 'lab-svc': 'ordered' })
  })
  test('nothing while the rollout is paused, the ring waits, or the set is not staged', async () => {
    const rolloutId = await stagedRollout()
    await inMsp((tx) => tx`update rollouts set is_stopped = true where id = ${rolloutId}`)
    await dispatchOrders(now)
    await inMsp((tx) => tx`update rollouts set is_stopped = false where id = ${rolloutId}`)
    await inMsp((tx) => tx`update rollout_rings set state = 'waiting' where rollout_id = ${rolloutId}`)
    await dispatchOrders(now)
    await inMsp((tx) => tx`update rollout_rings set state = 'open' where rollout_id = ${rolloutId}`)
    await setItems('planned')
    await dispatchOrders(now)
    expect(await orders()).toEqual([])
  })
  test('a patch that was stopped leaves an order nobody took up; the others go on without it', async () => {
    const rolloutId = await stagedRollout()
    await dispatchOrders(now)
    await inMsp(
      (tx) => tx`update ring_patches set is_stopped = true where rollout_id = ${rolloutId} and patch_id = ${bad}`,
    )
    await dispatchOrders(now)
    expect(await orders()).toMatchObject([
      { attempt: 1, state: 'void' },
      { attempt: 2, state: 'unsigned', patch_ids: [good] },
    ])
    expect(await items()).toEqual({ 'lab-lib': 'ordered', 'lab-svc': 'staged' })
  })
})

describe('taking back', () => {
  test('what is proved gets one rollback order; what waits is dropped', async () => {
    const rolloutId = await stagedRollout()
    await setItems('proved')
    await inMsp(
      (tx) =>
        tx`update ring_patches set is_stopped = true, roll_back_at = ${now} where rollout_id = ${rolloutId} and patch_id = ${bad}`,
    )
    await dispatchOrders(now)
    await dispatchOrders(now)
    expect(await orders()).toMatchObject([{ verb: 'rollback', patch_ids: [bad] }])
    expect(await items()).toEqual({ 'lab-lib': 'proved', 'lab-svc': 'rolling-back' })
  })
  test('a device that had not started never will', async () => {
    const rolloutId = await stagedRollout()
    await inMsp(
      (tx) =>
        tx`update ring_patches set is_stopped = true, roll_back_at = ${now} where rollout_id = ${rolloutId} and patch_id = ${bad}`,
    )
    await dispatchOrders(now)
    expect(await items()).toEqual({ 'lab-lib': 'ordered', 'lab-svc': 'dropped' })
    expect(await orders()).toMatchObject([{ verb: 'install', patch_ids: [good] }])
  })
})

test('a missed window opens the order at once only where the policy says so', async () => {
  const later = new Date(now.getTime() + 3 * 24 * 3_600_000)
  for (const [missedWindow, opens] of [
    ['next-window', false],
    ['at-once', true],
  ] as const) {
    const rolloutId = await stagedRollout({ missedWindow })
    await dispatchOrders(now)
    await inMsp(
      (tx) =>
        tx`update ring_windows set opens_at = ${new Date(now.getTime() + 3_600_000)}, closes_at = ${new Date(now.getTime() + 7_200_000)} where rollout_id = ${rolloutId}`,
    )
    await dispatchOrders(now)
    expect((await orders()).at(-1)?.window_open_until, 'before the window').toBeNull()
    await dispatchOrders(later)
    expect((await orders()).at(-1)?.window_open_until !== null, missedWindow).toBe(opens)
    await inMsp((tx) => tx`update work_orders set state = 'void' where rollout_id = ${rolloutId}`)
    await inMsp((tx) => tx`update plan_items set is_claimed = false, state = 'dropped' where rollout_id = ${rolloutId}`)
  }
})

test('no ring waits for a larger one: each gets its share of a round', async () => {
  const devices = [device]
  for (let place = 0; place < 5; place += 1) devices.push(await door.addDevice(client))
  for (const one of devices) await one.inventory({ missing: exampleMissing('lab-svc=2.0', 'lab-lib=2.0') })
  const deviceIds = devices.map((one) => one.deviceId)
  const large = await door.factories.makeRollout(client, [{ deviceIds, patchIds: [good] }])
  const small = await door.factories.makeRollout(client, [{ deviceIds: deviceIds.slice(-1), patchIds: [bad] }])
  await inMsp((tx) => tx`update rollouts set policy = ${tx.json({ probes: [], watchIntervalMs: 1_000 })}`)
  await inMsp((tx) => tx`update plan_items set state = 'staged'`)
  await dispatchOrders(now, 2)
  const made = await inMsp<{ rollout_id: string }[]>(
    (tx) => tx`select rollout_id from work_orders where verb = 'install'`,
  )
  expect(made.map((row) => row.rollout_id).sort()).toEqual([large, small].sort())
  // The sweep is over all MSPs: what is left would stand in the rounds of the next test.
  while ((await dispatchOrders(now)).installs > 0);
})

test('makes orders for so many devices a round, rollbacks first of the newest ring, until all have theirs', async () => {
  const devices = [device, await door.addDevice(client), await door.addDevice(client)]
  for (const one of devices) await one.inventory({ missing: exampleMissing('lab-svc=2.0', 'lab-lib=2.0') })
  const deviceIds = devices.map((one) => one.deviceId)
  const [early = '', ...others] = deviceIds
  const rings = [early, ...others].map((id) => ({ deviceIds: [id], patchIds: [good, bad] }))
  const rolloutId = await door.factories.makeRollout(client, rings)
  await inMsp(
    (tx) => tx`update rollouts set policy = ${tx.json({ probes: [], watchIntervalMs: 1_000 })} where id = ${rolloutId}`,
  )
  await inMsp((tx) => tx`update plan_items set state = 'staged' where rollout_id = ${rolloutId}`)
  const made = async () => (await dispatchOrders(now, 2)).installs
  // Two patches of each device: an order, however many it holds, is never made in halves.
  expect([await made(), await made(), await made()]).toEqual([4, 2, 0])
  await inMsp((tx) => tx`update work_orders set state = 'finished' where rollout_id = ${rolloutId}`)
  await inMsp((tx) => tx`update plan_items set state = 'proved' where rollout_id = ${rolloutId}`)
  await inMsp(
    (tx) =>
      tx`update ring_patches set is_stopped = true, roll_back_at = ${now} where rollout_id = ${rolloutId} and patch_id = ${bad}`,
  )
  expect((await dispatchOrders(now, 2)).rollbacks).toBe(2)
  const backs = () =>
    inMsp<{ position: number }[]>(
      (tx) => tx`select position from work_orders where verb = 'rollback' and rollout_id = ${rolloutId} order by 1`,
    )
  expect((await backs()).map((row) => row.position)).toEqual([1, 2])
  expect((await dispatchOrders(now, 2)).rollbacks).toBe(1)
})
