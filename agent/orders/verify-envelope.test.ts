import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeDevice } from '../testing/fake-device.ts'
import { canonicalJson, type Json } from '../wire/canonical-json.ts'
import { type Envelope, keyIdOf, orderPayloadType, preAuthEncoding } from '../wire/envelope.ts'
import { exportRawPublicKey } from '../wire/keys.ts'
import type { UpdateSet, WorkOrder } from '../wire/order.ts'
import { OrderDesk } from './order-desk.ts'
import { unknownOrderId, verifyEnvelope } from './verify-envelope.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const raw = exportRawPublicKey(publicKey)
const keyid = keyIdOf(Buffer.from(raw, 'base64'))
let device: FakeDevice
beforeEach(() => {
  device = new FakeDevice(mkdtempSync(join(tmpdir(), 'patchward-verify-')))
  device.config.root = { threshold: 1, keys: [{ keyid, publicKey: raw }] }
})
afterEach(() => rmSync(device.stateDir, { recursive: true }))

/** Signs any bytes as an order: what the real signer never does. */
function signBytes(bytes: Buffer): Envelope {
  const sig = sign(null, preAuthEncoding(orderPayloadType, bytes), privateKey).toString('base64')
  return { payloadType: orderPayloadType, payload: bytes.toString('base64'), signatures: [{ keyid, sig }] }
}
const textOf = (order: WorkOrder) => canonicalJson(order as unknown as Json)
const signText = (text: string) => signBytes(Buffer.from(text))
const verify = (envelope: unknown) => verifyEnvelope(device, envelope)
const refused = (code: string) => ({ isTrusted: false, code })

test('an order that is signed and canonical is taken', async () => {
  const order = device.installOrder()
  expect(await verify(signText(textOf(order)))).toMatchObject({ isTrusted: true, order })
})

describe('signed with our key and still malformed, since it could be read in two ways, is an order with', () => {
  const change = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to)
  test.each<[string, (text: string) => string]>([
    ['a member twice', change('"v":1', '"v":1,"v":1')],
    ['a verb twice', change('"verb":"install"', '"verb":"install","verb":"cancel"')],
    ['a member twice in a set', change('"version":"8"', '"version":"7","version":"8"')],
    ['minus nought', change('"minFreeBytes":0', '"minFreeBytes":-0')],
    ['a number that is rounded', change('"minFreeBytes":0', '"minFreeBytes":9007199254740993')],
    ['an endless number', change('"minFreeBytes":0', '"minFreeBytes":1e999')],
    ['another spelling of a number', change('"minFreeBytes":0', '"minFreeBytes":0.0')],
    ['an escaped letter', change('"verb":"install"', '"verb":"\\u0069nstall"')],
    ['half a letter', change('"name":"curl"', '"name":"\\ud800"')],
    ['a prototype', change('"v":1', '"__proto__":{"verb":"cancel"},"v":1')],
    ['a prototype in front', (text) => text.replace('{', '{"__proto__":{},')],
    ['white space', change('{', '{ ')],
    ['a line at the end', (text) => `${text}\n`],
    ['a byte order mark', (text) => `\ufeff${text}`],
  ])('%s', async (_, forge) => {
    const text = textOf(device.installOrder())
    expect(forge(text)).not.toBe(text)
    expect(await verify(signText(forge(text)))).toMatchObject(refused('malformed'))
  })

  test('bytes that are no text', async () => {
    const healthPlan = { probes: [], tries: 1, pauseMs: 0, watch: null }
    const probe = { kind: 'file' as const, name: 'x\ufffdx', path: 'up' }
    const order = device.installOrder({ healthPlan: { ...healthPlan, probes: [probe] } })
    const bytes = Buffer.from(textOf(order))
    const at = bytes.indexOf(Buffer.from('\ufffd'))
    const broken = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)])
    expect(await verify(signBytes(bytes))).toMatchObject({ isTrusted: true })
    expect(await verify(signBytes(broken))).toMatchObject(refused('malformed'))
  })
})

describe('an order that contradicts itself is malformed:', () => {
  const curl = { manager: 'apt' as const, name: 'curl', architecture: 'all', sha256: null }
  const update = { ...curl, version: '8', fromVersion: '7' }
  const step = { ...curl, fromVersion: '8', toVersion: '7' }
  const set: UpdateSet = { key: 'a'.repeat(64), undoClass: 'kept', updates: [update], undo: [step] }
  const otherKey = 'b'.repeat(64)
  test.each<[string, UpdateSet[], string]>([
    ['two sets of one key', [set, { ...set, updates: [{ ...update, name: 'wget' }], undo: [] }], 'is named twice'],
    ['a package in two sets', [set, { ...set, key: otherKey }], 'apt curl all: is named twice'],
    ['two versions of a package', [{ ...set, updates: [update, { ...update, version: '9' }] }], 'is named twice'],
    ['an undo of what it does not bring', [{ ...set, undo: [{ ...step, name: 'openssl' }] }], 'not the way back'],
    ['an undo that takes away', [{ ...set, undo: [{ ...step, toVersion: null }] }], 'not the way back'],
    ['an undo to a third version', [{ ...set, undo: [{ ...step, toVersion: '1' }] }], 'not the way back'],
  ])('%s', async (_, sets, words) => {
    const verdict = await verify(signText(textOf(device.installOrder({ sets }))))
    expect(verdict).toMatchObject({ ...refused('malformed'), detail: expect.stringContaining(words) })
  })

  test('a set taken back twice in one rollback', async () => {
    const healthPlan = { probes: [], tries: 1, pauseMs: 0, watch: null }
    const sets = [set, { ...set, key: otherKey }].map(({ key, undo }) => ({ key, undo }))
    const order: WorkOrder = { ...device.base(), verb: 'rollback', installOrderId: null, sets, healthPlan }
    expect(await verify(signText(textOf(order)))).toMatchObject(refused('malformed'))
  })
})

describe('the first thing that is wrong names the refusal', () => {
  const forge = (change: Record<string, unknown>) =>
    canonicalJson({ ...device.installOrder(), ...change } as unknown as Json)
  const past = '2020-01-01T00:00:00.000Z'
  const elsewhere = '0190a000-0000-7000-8000-00000000000f'

  test('from the outside to the inside', async () => {
    const wrong = { deviceId: elsewhere, notAfter: past }
    const twice = { sets: [...device.installOrder().sets, ...device.installOrder().sets] }
    const unsigned = (text: string) => ({ ...signText(text), signatures: [] })
    const all = { verb: 'shell', script: 'reboot', ...wrong }
    expect(await verify({ ...unsigned(forge(all)), padding: 'x'.repeat(300_000) })).toMatchObject(
      refused('too-many-bytes'),
    )
    expect(await verify({ ...unsigned(forge(all)), padding: 'x' })).toMatchObject(refused('malformed'))
    expect(await verify(unsigned(forge(all)))).toMatchObject(refused('unknown-verb'))
    expect(await verify(unsigned(forge({ ...wrong, script: 'reboot' })))).toMatchObject(refused('malformed'))
    expect(await verify(unsigned(forge(wrong)))).toMatchObject(refused('bad-signature'))
    expect(await verify(unsigned(forge({ ...wrong, ...twice })))).toMatchObject(refused('bad-signature'))
    expect(await verify(signText(forge({ ...wrong, ...twice })))).toMatchObject(refused('malformed'))
    expect(await verify(signText(forge(wrong)))).toMatchObject(refused('wrong-device'))
    expect(await verify(signText(forge({ notAfter: past })))).toMatchObject(refused('expired'))
  })

  test('a key under two ids signs once', async () => {
    const twice = [keyid, 'f'.repeat(32)]
    device.config.root = { threshold: 2, keys: twice.map((id) => ({ keyid: id, publicKey: raw })) }
    const envelope = signText(textOf(device.installOrder()))
    const signatures = twice.map((id) => ({ keyid: id, sig: envelope.signatures[0]?.sig ?? '' }))
    expect(await verify({ ...envelope, signatures })).toMatchObject(refused('bad-signature'))
  })
})

test('an envelope too deep to be written down is refused, and keeps no other from being read', async () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
  expect(await verify(deep)).toMatchObject({ ...refused('malformed'), orderId: unknownOrderId })
  const stop = new AbortController()
  const desk = new OrderDesk(device, stop.signal)
  const order = { ...device.base(), verb: 'scan' as const }
  expect(await desk.receive([deep, signText(textOf(order))])).toBe(2)
  await desk.settle()
  expect(device.statesOf(order.orderId)).toContain('done')
  stop.abort()
})

test('an order that ended here and comes again after its last date is answered with what it came to', async () => {
  const order = device.installOrder()
  const record = device.take(order)
  const versions = [{ manager: 'apt' as const, name: 'curl', before: '7', after: '8', status: 'ii' }]
  const rest = { versions, exitCode: 0, output: '', reason: '', undoClass: 'kept' as const }
  const sets = [{ key: order.sets[0]?.key ?? '', outcome: 'installed' as const, ...rest }]
  const result = { sets, probes: [], refusal: null, summary: 'It is in.' }
  device.book.write(record, { kind: 'ended', at: device.now().toISOString(), state: 'released', result })
  device.nowMs += 30 * 86_400_000
  const desk = new OrderDesk(device, new AbortController().signal)
  await desk.receive([signText(textOf(order))])
  expect(device.reportsOf(order.orderId)).toMatchObject([{ state: 'refused', refusal: { code: 'expired' }, sets }])
})
