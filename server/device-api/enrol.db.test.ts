import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClientRef, inHours } from '../../db/factories.ts'
import { TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

let door: TestDoor
let client: ClientRef
beforeAll(async () => {
  const many = { points: 10_000, perMs: 1_000 }
  door = await startTestDoor({ limits: { failedEnrol: many, enrol: many } })
  client = await door.factories.makeClient(await door.factories.makeMsp())
})
afterAll(() => door.stop())

const devices = async () => (await door.factories.across`select count(*)::int as n from devices`)[0]?.n
const tokenRefused = { status: 403, body: { error: { code: 'token-refused' } } }

test('a token makes as many devices as it has uses, also when they come at once', async () => {
  const token = await door.factories.makeToken(client, { uses: 3 })
  const before = await devices()
  const replies = await Promise.all(Array.from({ length: 8 }, () => new TestDevice(door.baseUrl).enrol(token)))
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 403, 403, 403, 403, 403])
  expect(await devices()).toBe(before + 3)
})

test('the same key is the same device, also twice at once and when the token is used up', async () => {
  const device = new TestDevice(door.baseUrl)
  const token = await door.factories.makeToken(client)
  const before = await devices()
  const replies = await Promise.all([device.enrol(token), device.enrol(token), device.enrol(token)])
  replies.push(await device.enrol(token))
  expect(new Set(replies.map(({ status, body }) => `${status} ${body.deviceId}`)).size).toBe(1)
  expect(await devices()).toBe(before + 1)
})

test('a device has the tags of its token, and none of its own: it cannot put itself into the test ring', async () => {
  const device = new TestDevice(door.baseUrl)
  // As agents up to 0.1 say it.
  Object.assign(device.facts, { tags: ['test'] })
  const enrolled = await device.enrol(await door.factories.makeToken(client, { tags: ['web'] }))
  expect(enrolled.status).toBe(200)
  expect((await device.inventory({ facts: device.facts })).status).toBe(200)
  const [row] = await door.factories.inMsp(
    client.mspId,
    (tx) => tx`select tags from devices where id = ${device.deviceId}`,
  )
  expect(row).toEqual({ tags: ['web'] })
})

test('two tokens at once do not make two devices of one key', async () => {
  const device = new TestDevice(door.baseUrl)
  const tokens = await Promise.all([door.factories.makeToken(client), door.factories.makeToken(client)])
  const replies = await Promise.all(tokens.map((token) => device.enrol(token)))
  expect(replies.map(({ status }) => status)).toEqual([200, 200])
  expect(replies[0]?.body.deviceId).toBe(replies[1]?.body.deviceId)
})

test.each<[string, () => Promise<string>]>([
  ['unknown', async () => 'A'.repeat(32)],
  ['expired', () => door.factories.makeToken(client, { expiresAt: inHours(-0.01) })],
  ['revoked', () => door.factories.makeToken(client, { isRevoked: true })],
  ['without uses', () => door.factories.makeToken(client, { uses: 0 })],
])('a token that is %s is refused and makes nothing', async (_name, make) => {
  const before = await devices()
  expect(await new TestDevice(door.baseUrl).enrol(await make())).toMatchObject(tokenRefused)
  expect(await devices()).toBe(before)
})

test("a key stays with its client: another client's token does not move it, another MSP makes its own device", async () => {
  const device = await door.addDevice(client)
  const { deviceId } = device
  const sibling = await door.factories.makeClient(client.mspId)
  expect(await device.enrol(await door.factories.makeToken(sibling))).toMatchObject(tokenRefused)
  const stranger = await door.factories.makeClient(await door.factories.makeMsp())
  const moved = await device.enrol(await door.factories.makeToken(stranger))
  expect(moved).toMatchObject({ status: 200, body: { mspId: stranger.mspId } })
  expect(moved.body.deviceId).not.toBe(deviceId)
})

test('the proof binds key, token and host name', async () => {
  const token = await door.factories.makeToken(client)
  const device = new TestDevice(door.baseUrl)
  const other = new TestDevice(door.baseUrl)
  const malformed = { status: 400, body: { error: { code: 'malformed' } } }
  expect(await device.enrol(token, { publicKey: other.publicKey })).toMatchObject(malformed)
  expect(await device.enrol(token, { token: await door.factories.makeToken(client) })).toMatchObject(malformed)
  expect(await device.enrol(token, { facts: { ...device.facts, hostName: 'other' } })).toMatchObject(malformed)
  expect(await device.enrol(token, { proof: '' })).toMatchObject(malformed)
  expect(await device.enrol(token, { publicKey: `${device.publicKey.slice(0, -2)}=` })).toMatchObject(malformed)
  expect((await device.enrol(token)).status).toBe(200)
})
