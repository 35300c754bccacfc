import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sessionKeyFor } from '../../agent/wire/request-auth.ts'
import type { ClientRef } from '../../db/factories.ts'
import type { TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor, testSessionSecret } from './testing.ts'

let door: TestDoor
let client: ClientRef
let device: TestDevice
beforeAll(async () => {
  const many = { points: 100_000, perMs: 1_000 }
  door = await startTestDoor({ limits: { failedPair: many, failedAddress: many } })
  client = await door.factories.makeClient(await door.factories.makeMsp())
  device = await door.addDevice(client)
})
afterAll(() => door.stop())

const refused = (code: string) => ({ status: 401, body: { error: { code } } })

test('the key of the hour cannot use up the counters of the device: only its signature may go far ahead', async () => {
  const victim = await door.addDevice(client)
  const session = await victim.openSession()
  const highest = 999_999_999_999_999
  expect(await victim.checkIn({}, { session, counter: highest })).toMatchObject(refused('unauthenticated'))
  expect(await victim.poll(0, { session, counter: highest })).toMatchObject(refused('unauthenticated'))
  expect((await victim.checkIn({}, { session })).status).toBe(200)
  expect((await victim.checkIn({}, { session, counter: 900_000 })).status).toBe(200)
  expect((await victim.checkIn({}, { counter: 5_000_000 })).status).toBe(200)
  expect((await victim.checkIn({}, { session, counter: 5_900_000 })).status).toBe(200)
})

describe('a request is refused when', () => {
  test.each<[string, () => ReturnType<TestDevice['checkIn']>]>([
    ['it has no credential', () => device.checkIn({}, { authorization: null })],
    ['its credential is of another scheme', () => device.checkIn({}, { authorization: 'Bearer abc' })],
    ['its credential is garbage', () => device.checkIn({}, { authorization: `PW1-ED25519 ${'x'.repeat(300)}` })],
    ['its signature is short', () => device.checkIn({}, { authorization: header(device.deviceId, 'AAAA') })],
    ['its signature is forged', () => device.checkIn({}, { authorization: header(device.deviceId, 'A'.repeat(86)) })],
    ['its device is unknown', () => device.checkIn({}, { authorization: header(randomUUID(), 'A'.repeat(86)) })],
    ['its body is not the signed one', () => device.checkIn({}, { signedBody: '{}' })],
    ['its path is not the signed one', () => device.checkIn({}, { signedPath: '/v1/poll' })],
    [
      'its method is not the signed one',
      () => device.send('/v1/check-in', {}, { authorization: header(device.deviceId, 'A', 5) }),
    ],
  ])('%s', async (_name, send) => {
    expect(await send()).toMatchObject(refused('unauthenticated'))
  })

  test('another device signed it', async () => {
    const other = await door.addDevice(client)
    other.deviceId = device.deviceId
    expect(await other.checkIn({}, { counter: 1_000 })).toMatchObject(refused('unauthenticated'))
    expect((await device.checkIn()).status).toBe(200)
  })

  test.each([-30 * 365, -1, 1, 900].map((days) => [days]))('the clock is %i days off', async (days) => {
    const timeMs = Math.max(0, Date.now() + days * 86_400_000)
    const reply = await device.checkIn({}, { timeMs })
    expect(reply).toMatchObject(refused('clock-skew'))
    expect(Math.abs(Date.parse(reply.body.serverTime) - Date.now())).toBeLessThan(60_000)
  })

  test('the device was retired', async () => {
    const retired = await door.addDevice(client)
    await door.factories.inMsp(
      client.mspId,
      (tx) => tx`update devices set retired_at = now() where id = ${retired.deviceId}`,
    )
    expect(await retired.checkIn()).toMatchObject(refused('unknown-device'))
  })
})

describe('the counter', () => {
  test('is used up once, in any order within a window of 64', async () => {
    const fresh = await door.addDevice(client)
    const send = async (counter: number) => (await fresh.checkIn({}, { counter })).status
    expect(await send(100)).toBe(200)
    expect(await send(100)).toBe(401)
    expect(await send(37)).toBe(200)
    expect(await send(37)).toBe(401)
    expect(await send(36)).toBe(200)
    expect(await send(36)).toBe(401)
    expect(await send(35)).toBe(401)
    expect(await send(163)).toBe(200)
    expect(await send(100)).toBe(401)
    expect(await send(101)).toBe(200)
    expect(await send(0)).toBe(401)
    expect(await send(164 + 64)).toBe(200)
    expect(await send(164)).toBe(200)
    expect(await send(163)).toBe(401)
    expect(await send(999_999_999_999_999)).toBe(200)
  })

  test('of two equal requests at once, one is accepted', async () => {
    const fresh = await door.addDevice(client)
    const replies = await Promise.all(Array.from({ length: 8 }, () => fresh.checkIn({}, { counter: 7 })))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter(({ body }) => body.error?.code === 'replayed')).toHaveLength(7)
  })

  test('is one for all calls of a device', async () => {
    const fresh = await door.addDevice(client)
    expect((await fresh.poll(0, { counter: 5 })).status).toBe(200)
    expect(await fresh.checkIn({}, { counter: 5 })).toMatchObject(refused('replayed'))
    expect(await fresh.inventory({}, { counter: 5 })).toMatchObject(refused('replayed'))
    expect(await fresh.permit(randomUUID(), { counter: 5 })).toMatchObject(refused('replayed'))
    expect(await fresh.sendReports([fresh.makeReport()], { counter: 5 })).toMatchObject(refused('replayed'))
  })
})

describe('the session key', () => {
  test('serves check-in and poll, gives no new session, and nothing else', async () => {
    const session = await device.openSession()
    const checkIn = await device.checkIn({}, { session })
    expect(checkIn.status).toBe(200)
    expect(checkIn.body.session).toBeUndefined()
    expect((await device.poll(0, { session })).status).toBe(200)
    expect(await device.permit(randomUUID(), { session })).toMatchObject(refused('unauthenticated'))
    expect(await device.inventory({}, { session })).toMatchObject(refused('unauthenticated'))
    expect(await device.sendReports([device.makeReport()], { session })).toMatchObject(refused('unauthenticated'))
  })

  test('of another device, hour or secret is refused', async () => {
    const session = await device.openSession()
    const other = await door.addDevice(client)
    expect(await other.checkIn({}, { session })).toMatchObject(refused('unauthenticated'))
    const ofHour = (hour: number) => ({ key: sessionKeyFor(testSessionSecret, device.deviceId, hour), hour })
    for (const hour of [session.hour + 1, session.hour - 2, 0]) {
      expect(await device.checkIn({}, { session: ofHour(hour) })).toMatchObject(refused('unauthenticated'))
    }
    expect((await device.checkIn({}, { session: ofHour(session.hour - 1) })).status).toBe(200)
    expect(await device.checkIn({}, { session: { ...session, hour: session.hour - 1 } })).toMatchObject(
      refused('unauthenticated'),
    )
    const forged = { ...session, key: Buffer.alloc(32) }
    expect(await device.checkIn({}, { session: forged })).toMatchObject(refused('unauthenticated'))
  })
})

function header(deviceId: string, signature: string, counter = 99): string {
  return `PW1-ED25519 device=${deviceId},time=${Date.now()},counter=${counter},sig=${signature}`
}
