import { afterAll, beforeAll, expect, test } from 'vitest'
import { rootFingerprint } from '../../agent/wire/envelope.ts'
import type { ClientRef } from '../../db/factories.ts'
import { exampleHashes, exampleMissing, examplePackages, exampleSetKey, TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

let door: TestDoor
let client: ClientRef
beforeAll(async () => {
  door = await startTestDoor()
  client = await door.factories.makeClient(await door.factories.makeMsp())
})
afterAll(() => door.stop())

test('a device enrols, is looked at, gets its order and its permit, and its reports count for the gate', async () => {
  const device = new TestDevice(door.baseUrl, { hostName: 'web-1' })
  const enrolled = await device.enrol(await door.factories.makeToken(client))
  expect(enrolled).toMatchObject({ status: 200, body: { mspId: client.mspId, checkInMs: 5_000, jitterMs: 500 } })
  expect(rootFingerprint(enrolled.body.root)).toMatch(/^[0-9a-f]{64}$/)

  const first = await device.checkIn()
  expect(first).toMatchObject({ status: 200, body: { want: ['facts', 'packages', 'missing'], hasOrders: false } })
  const missing = exampleMissing('lab-svc=2.0', 'lab-lib=2.0')
  const sections = { facts: device.facts, packages: examplePackages(3), missing }
  expect((await device.inventory(sections)).status).toBe(200)
  expect((await device.checkIn()).body.want).toEqual([])
  expect((await device.checkIn({ hashes: { ...exampleHashes(), packages: 'f'.repeat(64) } })).body.want).toEqual([
    'packages',
  ])

  const patchId = await door.factories.findPatch(client.mspId, 'lab-svc', '2.0')
  await door.factories.beat()
  const rolloutId = await door.factories.makeRollout(client, [{ deviceIds: [device.deviceId], patchIds: [patchId] }])
  const orderId = await door.factories.makeOrder(client, {
    deviceId: device.deviceId,
    rolloutId,
    position: 0,
    patchIds: [patchId],
  })
  expect((await device.checkIn()).body.hasOrders).toBe(true)
  const polled = await device.poll()
  expect(polled.body.orders).toEqual([{ payloadType: 'test', payload: orderId, signatures: [] }])
  expect((await device.poll()).body.orders).toEqual([])

  expect((await device.report({ orderId, state: 'accepted' })).body.ackSeq).toBe(1)
  const permit = await device.permit(orderId)
  expect(permit.body).toMatchObject({ permit: true })
  const proved = {
    key: exampleSetKey('lab-svc=2.0'),
    outcome: 'installed' as const,
    versions: [{ manager: 'apt' as const, name: 'lab-svc', before: '1.0', after: '2.0', status: 'ii' }],
    exitCode: 0,
    output: '',
    reason: '',
    undoClass: 'kept' as const,
  }
  await device.report({ orderId, state: 'installing' })
  expect((await device.report({ orderId, state: 'proved', sets: [proved] })).body.ackSeq).toBe(3)

  const [item, gate, order] = await door.factories.inMsp(client.mspId, async (tx) => [
    (await tx`select state from plan_items`)[0],
    (await tx`select proved, failed from ring_patches`)[0],
    (await tx`select state, device_state from work_orders`)[0],
  ])
  expect(item).toEqual({ state: 'proved' })
  expect(gate).toEqual({ proved: 1, failed: 0 })
  expect(order).toEqual({ state: 'finished', device_state: 'proved' })
})
