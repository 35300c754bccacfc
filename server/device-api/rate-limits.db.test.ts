import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

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
      enrol: { points: 10, perMs },
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
  for (let n = 0; n < 5; n++) {
    stranger.deviceId = crypto.randomUUID()
    expect((await stranger.checkIn()).status).toBe(401)
  }
  stranger.deviceId = crypto.randomUUID()
  expect(await stranger.checkIn()).toMatchObject(limited)
  expect((await honest.checkIn()).status).toBe(200)
})

test('wrong tokens are stopped early', async () => {
  const guess = () => new TestDevice(door.baseUrl).enrol('B'.repeat(40))
  expect((await guess()).status).toBe(403)
  expect((await guess()).status).toBe(403)
  expect(await guess()).toMatchObject(limited)
})
