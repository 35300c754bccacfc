import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doorPaths } from '../../agent/wire/door.ts'
import type { ClientRef } from '../../db/factories.ts'
import { examplePackages, TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor, waitUntil } from './testing.ts'

let door: TestDoor
let client: ClientRef
let honest: TestDevice
beforeAll(async () => {
  const perMs = 600_000
  door = await startTestDoor({
    limits: {
      device: { points: 5, perMs },
      failedPair: { points: 3, perMs },
      failedAddress: { points: 8, perMs },
      enrol: { points: 20, perMs },
      inventory: { points: 3, perMs },
      inventoryBytes: { points: 100_000, perMs },
      failedEnrol: { points: 2, perMs },
      download: { points: 2, perMs },
    },
  })
  client = await door.factories.makeClient(await door.factories.makeMsp())
  honest = await door.addDevice(client)
})
afterAll(() => door.stop())

const limited = { status: 429, body: { error: { code: 'rate-limited' } } }

test('a device has its own allowance, and is told when to come back', async () => {
  const busy = await door.addDevice(client)
  for (let n = 0; n < 5; n++) expect((await busy.checkIn()).status).toBe(200)
  const reply = await busy.checkIn()
  expect(reply).toMatchObject(limited)
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await honest.checkIn()).status).toBe(200)
})

test('guessing at one device is stopped for that device, guessing at ids for the unknown ones; known devices go on', async () => {
  const target = await door.addDevice(client)
  const forge = () => target.checkIn({}, { signedBody: 'other' })
  for (let n = 0; n < 3; n++) expect((await forge()).status).toBe(401)
  expect(await forge()).toMatchObject(limited)
  const stranger = new TestDevice(door.baseUrl)
  for (let n = 0; n < 8; n++) {
    stranger.deviceId = crypto.randomUUID()
    expect((await stranger.checkIn()).status).toBe(401)
  }
  stranger.deviceId = crypto.randomUUID()
  expect(await stranger.checkIn()).toMatchObject(limited)
  expect((await honest.checkIn()).status).toBe(200)
  // Also one that this process hears of for the first time.
  expect((await (await door.addDevice(client)).checkIn()).status).toBe(200)
})

test('inventories have an allowance of their own, in number and in bytes', async () => {
  const [often, large] = [await door.addDevice(client), await door.addDevice(client)]
  for (let n = 0; n < 3; n++) expect((await often.inventory({ packages: examplePackages(1) })).status).toBe(200)
  expect(await often.inventory({ packages: examplePackages(1) })).toMatchObject(limited)
  expect((await often.checkIn()).status).toBe(200)
  expect((await large.inventory({ packages: examplePackages(700) })).status).toBe(200)
  expect(await large.inventory({ packages: examplePackages(700) })).toMatchObject(limited)
})

test('enrolments that never send their body use nothing up', async () => {
  let begun = 0
  door.server.server.on('request', () => {
    begun += 1
  })
  const head = `POST ${doorPaths.enrol} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 8000\r\n\r\n{`
  const waiting = Array.from({ length: 30 }, () => {
    const socket = connect(door.port, '127.0.0.1', () => socket.write(head))
    return socket
  })
  await waitUntil(() => begun >= 30)
  await expect(door.addDevice(client)).resolves.toBeInstanceOf(TestDevice)
  for (const socket of waiting) socket.destroy()
})

test('wrong tokens are stopped early', async () => {
  const guess = () => new TestDevice(door.baseUrl).enrol('B'.repeat(40))
  expect((await guess()).status).toBe(403)
  expect((await guess()).status).toBe(403)
  expect(await guess()).toMatchObject(limited)
})
