import { createHash, sign } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { doorPaths, enrolText } from '../../agent/wire/door.ts'
import type { ClientRef } from '../../db/factories.ts'
import { corpus, hostile, makeHostile, makeMalformed, rawBodies, seals } from './bad-input.corpus.ts'
import { type DoorReply, request, TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

let door: TestDoor
let client: ClientRef
let device: TestDevice
let token: string
beforeAll(async () => {
  const many = { points: 1_000_000, perMs: 600_000 }
  const limits = {
    address: many,
    device: many,
    enrol: many,
    failedEnrol: many,
    failedAddress: many,
    failedPair: many,
    inventory: many,
    inventoryBytes: { ...many, points: Number.MAX_SAFE_INTEGER },
    download: many,
  }
  door = await startTestDoor({ limits })
  client = await door.factories.makeClient(await door.factories.makeMsp())
  device = await door.addDevice(client)
  token = await door.factories.makeToken(client)
})
afterAll(() => door.stop())

const countRows = () => door.factories.countRows(client.mspId)
const posts = Object.entries(corpus).flatMap(([route, example]) =>
  example ? [{ path: route.slice('POST '.length), example }] : [],
)
/** As the device would send it: with a proof over these bytes; enrolment has none. */
const send = (path: string, body: unknown): Promise<DoorReply<object>> =>
  path === doorPaths.enrol
    ? request(door.baseUrl + path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })
    : device.send(path, body)

/** Signs inside the body again where its form still allows that, unless the signature is what was changed. */
function seal(path: string, name: string, body: object): object {
  if (/^(proof|publicKey|reports\.0\.signature)\b/.test(name)) return body
  const sealed = { ...body }
  try {
    seals[path]?.(device, sealed)
    return sealed
  } catch {
    return body
  }
}

/** What came back that should not: anything but a 4xx in the door's form (with one of `codes`). */
function faults(name: string, { status, body }: DoorReply<object>, codes?: string[]): string[] {
  const code = body?.error?.code
  const isClear = status >= 400 && status < 500 && code && body.serverTime && (!codes || codes.includes(code))
  const isLeaky = /select |door\.|postgres|at \w+ \(|\.ts:/i.test(body?.error?.message ?? '')
  return isClear && !isLeaky ? [] : [`${name}: ${status} ${JSON.stringify(body)?.slice(0, 200)}`]
}

test('every route of the door is in the corpus, and nothing else', () => {
  expect(door.routes.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(Object.keys(corpus).sort())
})

describe.each(posts)('$path', ({ path, example }) => {
  test('takes the example that the bad bodies are made from', async () => {
    const reply = await send(path, seal(path, '', example(device)))
    // The token of the example is made up.
    expect(reply.status).toBe(path === doorPaths.enrol ? 403 : 200)
  })

  test('refuses every malformed body with a clear 4xx and keeps the rows as they are', async () => {
    const before = await countRows()
    const found: string[] = []
    let sent = 0
    for (const { name, body } of makeMalformed(example(device))) {
      const reply = await send(path, seal(path, name, body))
      found.push(...faults(name, reply, ['malformed', 'too-large']))
      sent += 1
    }
    expect(found).toEqual([])
    expect(sent).toBeGreaterThan(8)
    expect(await countRows()).toEqual(before)
  })

  test.each(rawBodies)('refuses %s', async (_name, body, status) => {
    const before = await countRows()
    const isText = typeof body === 'string'
    const reply = isText ? await send(path, body) : await sendBytes(path, body)
    expect(reply).toMatchObject({ status, body: { error: { code: status === 413 ? 'too-large' : 'malformed' } } })
    expect(await countRows()).toEqual(before)
  })

  test('refuses what is not JSON by its type, and compressed bodies', async () => {
    const body = JSON.stringify(example(device))
    for (const type of ['text/html', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const authorization = (await proof(path, Buffer.from(body))) ?? ''
      const reply = await request(door.baseUrl + path, {
        method: 'POST',
        body,
        headers: { 'content-type': type, authorization },
      })
      expect(reply).toMatchObject({ status: 415, body: { error: { code: 'malformed' } } })
    }
  })

  test('takes SQL and HTML for text or refuses it, and never fails', async () => {
    const found: string[] = []
    for (const { name, body } of makeHostile(example(device))) {
      const reply = await send(path, seal(path, name, body))
      if (reply.status !== 200) found.push(...faults(name, reply))
    }
    expect(found).toEqual([])
    expect((await device.checkIn()).status).toBe(200)
  })
})

test('hostile text in a host name is stored as it came', async () => {
  for (const text of hostile) {
    const odd = new TestDevice(door.baseUrl, { hostName: text, timeZone: text })
    const reply = await odd.enrol(await door.factories.makeToken(client))
    expect(reply.status).toBe(200)
    const [row] = await door.factories.inMsp(
      client.mspId,
      (tx) => tx`select host_name from devices where id = ${odd.deviceId}`,
    )
    expect(row).toEqual({ host_name: text })
  }
})

test.each([
  '0000-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '9999-12-31T23:59:59Z',
  `2026-09-01T10:00:00.${'0'.repeat(200)}Z`,
  '2026-09-01T10:00:60Z',
  '2026-02-30T10:00:00Z',
  '2026-09-01T24:00:00Z',
])('a time of %s is refused wherever one is told', async (at) => {
  const before = await countRows()
  const facts = { ...device.facts, bootedAt: at }
  const text = enrolText(createHash('sha256').update(token).digest('hex'), device.publicKey, facts.hostName)
  const proofText = sign(null, Buffer.from(text), device.key).toString('base64')
  for (const reply of [
    await device.inventory({ scannedAt: at }),
    await device.inventory({ facts }),
    await device.sendReports([device.makeReport({ at, seq: 1, prevHash: '0'.repeat(64) })]),
    await device.enrol(token, { facts, proof: proofText }),
  ]) {
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'malformed' } } })
  }
  expect(await countRows()).toEqual(before)
})

test('paths, methods and queries that are not there', async () => {
  const before = await countRows()
  const found: string[] = []
  for (const path of [
    '/',
    '/v1',
    '/v1/',
    '/v1/enrol/',
    '/v2/check-in',
    '/agent/../../etc/passwd',
    '/agent/%2e%2e%2fetc',
    '/%00',
    '/%ff',
    '/v1/check-in%00',
  ]) {
    for (const method of ['GET', 'POST'])
      found.push(...faults(`${method} ${path}`, await device.send(path, {}, { method })))
  }
  for (const path of Object.values(doorPaths)) {
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      found.push(...faults(`${method} ${path}`, await device.send(path, {}, { method })))
  }
  expect(found).toEqual([])
  expect(await countRows()).toEqual(before)
})

test.each([
  ['no HTTP', 'HELO there\r\n\r\n'],
  ['a header of 100 KB', `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
  ['two lengths', 'POST /v1/enrol HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x'],
  [
    'length and chunks',
    'POST /v1/enrol HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
])('%s is answered with 4xx and an end', async (_name, bytes) => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(door.port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect(answer).toContain('"code":"malformed"')
})

async function proof(path: string, body: Buffer): Promise<string | null> {
  if (path === doorPaths.enrol) return null
  const { signRequest } = await import('../../agent/wire/request-auth.ts')
  return signRequest({ method: 'POST', path, body }, device.deviceId, Date.now(), ++device.counter, device.key)
}

async function sendBytes(path: string, body: Buffer): Promise<DoorReply<object>> {
  const authorization = await proof(path, body)
  return request(door.baseUrl + path, { method: 'POST', body, headers: authorization ? { authorization } : {} })
}
