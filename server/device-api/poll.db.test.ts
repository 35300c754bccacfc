import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { exampleMissing, type TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor, waitUntil } from './testing.ts'

let door: TestDoor
let client: ClientRef
beforeAll(async () => {
  // No sweep within these tests, and room for three.
  door = await startTestDoor({ sweepMs: 3_600_000, maxHeldPolls: 3 })
  client = await door.factories.makeClient(await door.factories.makeMsp())
})
afterAll(() => door.stop())

const makeScan = (device: TestDevice) =>
  door.factories.makeOrder(client, { deviceId: device.deviceId, verb: 'scan', attempt: 1 })
const notify = () => door.factories.across`select pg_notify('patchward_orders', '')`
const held = (count: number) => waitUntil(() => door.door.polls.count() === count)

describe('a held poll', () => {
  test('is answered as soon as an order is signed, with one notification for all', async () => {
    const [one, two, three] = [await door.addDevice(client), await door.addDevice(client), await door.addDevice(client)]
    const polls = [one, two, three].map((device) => device.poll(30_000))
    await held(3)
    const orders = [await makeScan(one), await makeScan(three)]
    const began = performance.now()
    await notify()
    const [first, , third] = polls
    expect((await first)?.body.orders.map(({ payload }) => payload)).toEqual([orders[0]])
    expect((await third)?.body.orders.map(({ payload }) => payload)).toEqual([orders[1]])
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(door.door.polls.count()).toBe(1)
    await two.poll(0)
    door.door.polls.wake()
    await makeScan(two)
    await notify()
    expect((await polls[1])?.body.orders).toHaveLength(1)
  })

  test('is answered with nothing after its time', async () => {
    const device = await door.addDevice(client)
    const began = performance.now()
    expect((await device.poll(300)).body.orders).toEqual([])
    expect(performance.now() - began).toBeGreaterThan(290)
    expect(door.door.polls.count()).toBe(0)
  })

  test('gives way to a newer one of the same device', async () => {
    const device = await door.addDevice(client)
    const first = device.poll(30_000)
    await held(1)
    const began = performance.now()
    const second = device.poll(30_000)
    expect((await first).body.orders).toEqual([])
    expect(performance.now() - began).toBeLessThan(5_000)
    await held(1)
    const orderId = await makeScan(device)
    await notify()
    expect((await second).body.orders.map(({ payload }) => payload)).toEqual([orderId])
  })

  test('of a device that hung up is not leased an order', async () => {
    const device = await door.addDevice(client)
    // Who was answered just before may still be counted as held.
    await held(0)
    const away = new AbortController()
    const poll = device.poll(30_000, { signal: away.signal }).catch(() => 'hung up')
    await held(1)
    away.abort()
    expect(await poll).toBe('hung up')
    await held(0)
    const orderId = await makeScan(device)
    await notify()
    expect((await device.poll()).body.orders.map(({ payload }) => payload)).toEqual([orderId])
  })

  test('above the limit is answered at once', async () => {
    const waiting = await Promise.all([door.addDevice(client), door.addDevice(client), door.addDevice(client)])
    const polls = waiting.map((device) => device.poll(30_000))
    await held(3)
    const one = await door.addDevice(client)
    const began = performance.now()
    expect((await one.poll(30_000)).body.orders).toEqual([])
    expect(performance.now() - began).toBeLessThan(5_000)
    await Promise.all(waiting.map(makeScan))
    await notify()
    await Promise.all(polls)
  })

  test('still hears of orders after its listening connection was cut', async () => {
    const device = await door.addDevice(client)
    const own = postgres(door.database.urls.app_device, { max: 1 })
    const cut = await own`select pg_terminate_backend(pid) as is_cut from pg_stat_activity
      where usename = current_user and datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`
    expect(cut.map(({ is_cut }) => is_cut)).toEqual([true])
    await waitUntil(async () => {
      const [row] = await own`select count(*)::int as n from pg_stat_activity
        where usename = current_user and datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`
      return row?.n === 1
    })
    await own.end()
    const poll = device.poll(30_000)
    await held(1)
    await makeScan(device)
    await notify()
    expect((await poll).body.orders).toHaveLength(1)
  })
})

test('the sweep finds what opens without anybody saying so; the end of the process answers those who wait', async () => {
  await door.stop()
  door = await startTestDoor({ sweepMs: 20 })
  client = await door.factories.makeClient(await door.factories.makeMsp())
  const [device, other] = [await door.addDevice(client), await door.addDevice(client)]
  await device.inventory({ missing: exampleMissing('lab-svc=2.0') })
  await door.factories.beat()
  const patchIds = [await door.factories.findPatch(client.mspId, 'lab-svc', '2.0')]
  const deviceIds = [device.deviceId]
  const window = { opensAt: new Date(Date.now() + 500) }
  const rolloutId = await door.factories.makeRollout(client, [{ deviceIds, patchIds, window }])
  const orderId = await door.factories.makeOrder(client, {
    deviceId: device.deviceId,
    rolloutId,
    position: 0,
    patchIds,
  })
  expect((await device.poll(10_000)).body.orders.map(({ payload }) => payload)).toEqual([orderId])

  const waiting = other.poll(50_000)
  await held(1)
  const began = performance.now()
  await door.server.close()
  expect((await waiting).body.orders).toEqual([])
  expect(performance.now() - began).toBeLessThan(3_000)
})
