import { createHash, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, type Json } from './canonical-json.ts'
import { isEnvelopeTrusted, keyIdOf, orderPayloadType, rootFingerprint, sealEnvelope } from './envelope.ts'
import { exportRawPublicKey, importRawPublicKey } from './keys.ts'
import { isMacValid, isSignedBy, macRequest, parseProof, sessionKeyFor, signRequest } from './request-auth.ts'
import { setKeyOf } from './set-key.ts'

const deviceId = '0190a000-0000-7000-8000-000000000001'

function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = exportRawPublicKey(publicKey)
  return { privateKey, publicKey, raw, keyid: keyIdOf(Buffer.from(raw, 'base64')) }
}

describe('canonical JSON', () => {
  test('sorts members by code units and leaves out undefined', () => {
    expect(canonicalJson({ b: 1, a: undefined, B: [true, null], '\u20ac': 'x', '\ufb33': 0, '\u{1f600}': 1e21 })).toBe(
      '{"B":[true,null],"b":1,"\u20ac":"x","\u{1f600}":1e+21,"\ufb33":0}',
    )
  })

  test('reads back as the same value, and is one text for one value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        // fast-check's values are JSON values.
        const text = canonicalJson(value as Json)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
  })

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], ['\ud800']])('refuses %j', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })
})

describe('an envelope', () => {
  const [one, two, stranger] = [makeKey(), makeKey(), makeKey()]
  const rootOf = (threshold: number) => {
    return { threshold, keys: [one, two].map(({ keyid, raw }) => ({ keyid, publicKey: raw })) }
  }
  const importKey = importRawPublicKey

  test('is trusted with as many distinct keys as the root asks for', () => {
    const single = sealEnvelope(orderPayloadType, { a: 1 }, [one])
    const both = sealEnvelope(orderPayloadType, { a: 1 }, [one, two])
    expect(isEnvelopeTrusted(single, rootOf(1), importKey)).toBe(true)
    expect(isEnvelopeTrusted(single, rootOf(2), importKey)).toBe(false)
    expect(
      isEnvelopeTrusted({ ...single, signatures: [...single.signatures, ...single.signatures] }, rootOf(2), importKey),
    ).toBe(false)
    expect(isEnvelopeTrusted(both, rootOf(2), importKey)).toBe(true)
    expect(isEnvelopeTrusted(single, rootOf(0), importKey)).toBe(false)
  })

  test('is not trusted when altered, retyped, or signed by a stranger under a known id', () => {
    const sealed = sealEnvelope(orderPayloadType, { a: 1 }, [one])
    const payload = Buffer.from('{"a":2}').toString('base64')
    expect(isEnvelopeTrusted({ ...sealed, payload }, rootOf(1), importKey)).toBe(false)
    expect(isEnvelopeTrusted({ ...sealed, payloadType: 'text/plain' }, rootOf(1), importKey)).toBe(false)
    const forged = sealEnvelope(orderPayloadType, { a: 1 }, [{ ...stranger, keyid: one.keyid }])
    expect(isEnvelopeTrusted(forged, rootOf(1), importKey)).toBe(false)
  })

  test('has a root whose fingerprint changes with each part of it', () => {
    const prints = new Set([rootOf(1), rootOf(2), { threshold: 1, keys: rootOf(1).keys.slice(1) }].map(rootFingerprint))
    expect(prints.size).toBe(3)
  })
})

describe('a request', () => {
  const key = makeKey()
  const parts = { method: 'POST', path: '/v1/poll', body: '{"waitMs":1}' }

  test('signed, is good for exactly this method, path, body, time and counter', () => {
    const proof = parseProof(signRequest(parts, deviceId, 1_000, 7, key.privateKey))
    if (!proof) throw new Error('the header does not parse')
    expect(isSignedBy(proof, parts, key.publicKey)).toBe(true)
    expect(isSignedBy(proof, { ...parts, body: '{}' }, key.publicKey)).toBe(false)
    expect(isSignedBy(proof, { ...parts, path: '/v1/permit' }, key.publicKey)).toBe(false)
    expect(isSignedBy({ ...proof, counter: 8 }, parts, key.publicKey)).toBe(false)
    expect(isSignedBy({ ...proof, timeMs: 1_001 }, parts, key.publicKey)).toBe(false)
    expect(isSignedBy(proof, parts, makeKey().publicKey)).toBe(false)
  })

  test('with a session key, is good for its device and hour', () => {
    const session = { key: sessionKeyFor('secret', deviceId, 5), hour: 5 }
    const proof = parseProof(macRequest(parts, deviceId, 1_000, 7, session))
    if (!proof) throw new Error('the header does not parse')
    expect(proof).toMatchObject({ scheme: 'PW1-HMAC', hour: 5, deviceId })
    expect(isMacValid(proof, parts, sessionKeyFor('secret', deviceId, 5))).toBe(true)
    expect(isMacValid(proof, parts, sessionKeyFor('secret', deviceId, 6))).toBe(false)
    expect(isMacValid({ ...proof, signature: 'AA==' }, parts, session.key)).toBe(false)
  })

  test.each([
    [undefined],
    [''],
    ['PW1-ED25519 device=x,time=1,counter=1,sig=AA=='],
    [`PW1-HMAC device=${deviceId},time=1,counter=1,sig=AA==`],
    [`PW1-ED25519 device=${deviceId},time=1,counter=1,sig=AA==,hour=1`],
    [`PW1-ED25519 device=${deviceId},time=-1,counter=1,sig=AA==`],
    [`PW1-ED25519 device=${deviceId},time=1,counter=1,sig=${'A'.repeat(500)}`],
  ])('with the header %j has no proof', (header) => {
    expect(parseProof(header)).toBeNull()
  })
})

test('keys travel as 32 raw bytes', () => {
  const { raw, publicKey, privateKey } = makeKey()
  expect(Buffer.from(raw, 'base64')).toHaveLength(32)
  expect(importRawPublicKey(raw).equals(publicKey)).toBe(true)
  expect(exportRawPublicKey(privateKey)).toBe(raw)
  expect(() => importRawPublicKey('AA==')).toThrow(TypeError)
})

test('the key of a set does not depend on the order of its members, only on what they are', () => {
  const a = { name: 'a', version: '1' }
  const b = { name: 'b', version: '2' }
  expect(setKeyOf('apt', [a, b])).toBe(setKeyOf('apt', [b, a]))
  expect(setKeyOf('apt', [a, b])).not.toBe(setKeyOf('apt', [a]))
  expect(setKeyOf('apt', [a])).toBe(createHash('sha256').update('apt\na=1').digest('hex'))
})
