import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { doorPaths } from '../../agent/wire/door.ts'
import { closePools } from '../../db/tenant.ts'
import { closeAuth } from '../auth/store.ts'
import { request, TestDevice } from '../device-api/test-device.ts'
import { startTestDoor, type TestDoor } from '../device-api/testing.ts'
import { findLeaks } from './isolation.ask.ts'
import { doorCases } from './isolation.door.cases.ts'
import { makeWorld, type World } from './isolation.world.ts'

let door: TestDoor
let world: World
beforeAll(async () => {
  door = await startTestDoor()
  world = await makeWorld(door)
  // It has its own order by now; what it is told from here on would be another's.
  await world.devices.foreign.poll()
})
afterAll(async () => {
  await closePools()
  await closeAuth()
  await door?.stop()
})

const signed = Object.entries(doorCases).flatMap(([route, each]) =>
  each === 'open' ? [] : [{ route, path: route.split(' ')[1] ?? '', call: each }],
)
const open = Object.entries(doorCases).filter(([, each]) => each === 'open')
const hidden = ['first', 'second'] as const

test('every route of the door has a case, and every case a route', () => {
  const routes = door.routes.map(({ method, url }) => `${method} ${url}`)
  expect(Object.keys(doorCases).sort()).toEqual([...new Set(routes)].sort())
})

test.each(open)('%s is open to everybody and names nobody', async (route) => {
  const response = await fetch(door.baseUrl + route.split(' ')[1])
  expect(response.status).toBeLessThan(500)
  expect(findLeaks(world, ['first', 'second', 'foreign'], await response.text())).toEqual([])
})

describe.each(signed)('$route', ({ path, call }) => {
  test('without a proof: refused', async () => {
    const reply = await request(door.baseUrl + path, { method: 'POST', body: '{}' })
    expect(reply.status).toBe(path === doorPaths.enrol ? 400 : 401)
  })

  test('in the name of a device whose key one does not have: refused', async () => {
    const impostor = new TestDevice(door.baseUrl)
    impostor.deviceId = world.first.deviceId
    impostor.counter = 1_000
    expect((await call(impostor, world.first)).status).toBeOneOf([401, 403])
  })

  test('a device of another MSP is answered as for ids that never were, and changes nothing here', async () => {
    const device = world.devices.foreign
    const before = await ownRows()
    const reply = await call(device, world.first)
    const unknown = await call(device, { ...world.first, orderId: randomUUID() })
    expect({ status: reply.status, ...told(reply.body) }).toEqual({ status: unknown.status, ...told(unknown.body) })
    expect(findLeaks(world, hidden, JSON.stringify(reply.body))).toEqual([])
    expect(await ownRows()).toEqual(before)
  })

  /** Rows of this MSP, and what a device could move in them. */
  async function ownRows() {
    const rows = await door.factories.countRows(world.mspIds.own)
    const moved = await door.factories.inMsp(world.mspIds.own, async (tx) => ({
      orders: await tx`select id, state, device_state from work_orders order by id`,
      items: await tx`select device_id, patch_id, state from plan_items order by 1, 2`,
      gates: await tx`select rollout_id, patch_id, proved, failed from ring_patches order by 1, 2`,
      missing: await tx`select device_id, patch_id, resolved_at from device_patches order by 1, 2`,
    }))
    return { moved, rows: Object.entries(rows).filter(([table]) => !table.startsWith('all ')) }
  }
})

test('another device of the same MSP is answered about its neighbour’s order as for one that never was', async () => {
  const { orderId } = world.first
  const device = world.devices.second
  const look = () =>
    door.factories.inMsp(
      world.mspIds.own,
      (tx) => tx`select state, device_state, permitted_at from work_orders where id = ${orderId}`,
    )
  const before = await look()
  for (const ask of [
    (id: string) => device.permit(id),
    (id: string) => device.report({ orderId: id, state: 'proved', summary: 'Not mine' }),
  ]) {
    const [reply, unknown] = [await ask(orderId), await ask(randomUUID())]
    expect({ status: reply.status, ...told(reply.body) }).toEqual({ status: unknown.status, ...told(unknown.body) })
    expect(findLeaks(world, ['first', 'foreign'], JSON.stringify(reply.body))).toEqual([])
  }
  expect(JSON.stringify((await device.poll()).body)).not.toContain(orderId)
  expect(await look()).toEqual(before)
})

test('the door tells a device of its own orders: the sweep above would see one', async () => {
  const { orders } = (await world.devices.first.poll()).body
  expect(orders).toMatchObject([{ payload: world.first.orderId }])
})

/** An answer without what differs from call to call: the time, the session key, the numbers of the device's own reports. */
function told(body: object): object {
  const own = new Set(['serverTime', 'session', 'ackSeq', 'seqs'])
  return JSON.parse(JSON.stringify(body, (name, value: unknown) => (own.has(name) ? undefined : value)))
}
