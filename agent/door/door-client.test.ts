import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AgentConfig } from '../config.ts'
import { collectFacts } from '../facts/collect-facts.ts'
import type { RequestCounter } from '../state/request-counter.ts'
import { FakeDoor } from '../testing/fake-door.ts'
import { proveEnrolment } from '../testing/prove-enrolment.ts'
import { BackOff } from './back-off.ts'
import { DoorClient } from './door-client.ts'
import { parseServer } from './send-request.ts'

const hash = '0'.repeat(64)
const checkIn = {
  agentVersion: '0.1.0',
  bootId: 'x',
  hashes: { facts: hash, packages: hash, missing: hash },
  reportSeq: 0,
}
let door: FakeDoor
let client: DoorClient
let counter: RequestCounter & { used: number[] }

/** A counter that remembers what it gave out. */
function countFrom(first: number): RequestCounter & { used: number[] } {
  let following = first
  const used: number[] = []
  return {
    used,
    next: () => {
      used.push(following)
      following += 1
      return following - 1
    },
    jumpAbove: (value) => {
      following = Math.max(following, value + 1)
    },
  }
}

beforeEach(async () => {
  door = await new FakeDoor().listen()
  const key: KeyObject = generateKeyPairSync('ed25519').privateKey
  await proveEnrolment(door, key, collectFacts({ root: '', hostName: 'client' }))
  const config: AgentConfig = {
    v: 1,
    deviceId: door.deviceId,
    mspId: door.mspId,
    server: door.url,
    root: door.root,
    aptRoot: '',
    hostName: null,
    checkInMs: 1_000,
    jitterMs: 0,
  }
  counter = countFrom(1)
  client = new DoorClient(config, key, counter)
})
afterEach(() => door.close())

describe('requests of a device', () => {
  test('are signed at first, carry the session key after, and are signed again once it is refused', async () => {
    await client.checkIn(checkIn)
    await client.checkIn(checkIn)
    const unauthenticated = { error: { code: 'unauthenticated', message: 'another hour' } }
    door.fault = () => ({ status: 401, body: unauthenticated })
    await expect(client.checkIn(checkIn)).rejects.toMatchObject({ status: 401, code: 'unauthenticated' })
    door.fault = () => null
    await client.checkIn(checkIn)
    expect(door.schemes.map((text) => text.split(' ')[1])).toEqual(['PW1-ED25519', 'PW1-HMAC', 'PW1-ED25519'])
  })

  test('tell how long a door that cannot answer wants to be left alone', async () => {
    const body = { error: { code: 'unavailable', message: 'no database' } }
    door.fault = () => ({ status: 503, body, headers: { 'retry-after': '7' } })
    await expect(client.askPermit(door.deviceId)).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 7_000 })
  })

  test('take the clock of the door for their stamps only after it refused ours, and say that it differs', async () => {
    expect(client.clockNote()).toBe('')
    const serverTime = new Date(Date.now() + 86_400_000).toISOString()
    door.fault = () => ({ status: 401, body: { error: { code: 'clock-skew', message: 'off' }, serverTime } })
    await expect(client.checkIn(checkIn)).rejects.toMatchObject({ code: 'clock-skew' })
    expect(client.clockNote()).toMatch(/differs from the door's by -86\d{3} s/)
  })

  test('of a device that was restored go on above the highest counter that the door has seen, at once', async () => {
    door.counterFloor = 5_000
    await client.checkIn(checkIn)
    expect(counter.used).toEqual([1, 5_001])
    // With the key of the hour the door does not say how far it is: the next one is signed, and is told.
    door.counterFloor = 9_000
    await client.checkIn(checkIn)
    expect(counter.used.slice(2)).toEqual([5_002, 5_003, 9_001])
    expect(door.schemes.at(-1)).toContain('PW1-ED25519')
  })

  test('are refused for good by a door that does not say how far it is', async () => {
    door.fault = () => ({ status: 401, body: { error: { code: 'replayed', message: 'seen' } } })
    await expect(client.checkIn(checkIn)).rejects.toMatchObject({ code: 'replayed' })
    expect(counter.used).toHaveLength(1)
  })

  test('end with an error when the answer is not JSON or the door is gone', async () => {
    await door.close()
    await expect(client.checkIn(checkIn)).rejects.toThrow(/ECONNREFUSED|socket hang up/)
    door = await new FakeDoor().listen()
  })
})

test.each([
  ['https://door.example', 'https://door.example'],
  ['https://door.example:8443/path', 'https://door.example:8443'],
  ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000'],
  ['http://localhost:4000', 'http://localhost:4000'],
  ['http://[::1]:4000', 'http://[::1]:4000'],
])('%s is a door', (text, origin) => {
  expect(parseServer(text)).toBe(origin)
})

test.each(['http://door.example', 'http://127.0.0.1.example', 'http://127.1.example', 'file:///etc', 'door'])(
  '%s is not',
  (text) => {
    expect(() => parseServer(text)).toThrow()
  },
)

test('pauses grow from about 1 s to about 5 min, not below what the door asks up to that, and begin anew after a success', () => {
  const backOff = new BackOff()
  const pauses = Array.from({ length: 12 }, () => backOff.next())
  expect(pauses[0]).toBeLessThanOrEqual(1_000)
  expect(pauses[0]).toBeGreaterThanOrEqual(500)
  expect(pauses.at(-1)).toBeGreaterThanOrEqual(150_000)
  expect(Math.max(...pauses)).toBeLessThanOrEqual(300_000)
  for (const [askedMs, leastMs] of [
    [200_000, 200_000],
    [86_400_000, 300_000],
  ] as const) {
    const pauseMs = backOff.next(askedMs)
    expect(pauseMs).toBeGreaterThanOrEqual(leastMs)
    expect(pauseMs).toBeLessThanOrEqual(360_000)
  }
  backOff.reset()
  expect(backOff.next()).toBeLessThanOrEqual(1_000)
})
