import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import {
  type Envelope,
  isEnvelopeTrusted,
  type KeyRoot,
  keyIdOf,
  orderPayloadType,
  plainRoot,
  preAuthEncoding,
  rootFingerprint,
  sealEnvelope,
} from './envelope.ts'
import { exportRawPublicKey, importRawPublicKey } from './keys.ts'
import { followChain, readNextRoot, rootPayloadType, sealRoot } from './root.ts'

function makeKey() {
  const { privateKey } = generateKeyPairSync('ed25519')
  const publicKey = exportRawPublicKey(privateKey)
  return { keyid: keyIdOf(Buffer.from(publicKey, 'base64')), publicKey, privateKey }
}
type Key = ReturnType<typeof makeKey>
const rootOf = (keys: Key[], { version, threshold = 1 }: { version?: number; threshold?: number } = {}): KeyRoot => ({
  ...(version ? { version } : {}),
  threshold,
  keys: keys.map(({ keyid, publicKey }) => ({ keyid, publicKey })),
})

const [old, next, third, stranger] = [makeKey(), makeKey(), makeKey(), makeKey()]
const first = rootOf([old])
const second = rootOf([old, next], { version: 2 })
const last = rootOf([next], { version: 3 })
const alter = (envelope: Envelope, from: string, to: string): Envelope => {
  const text = Buffer.from(envelope.payload, 'base64').toString()
  expect(text).toContain(from)
  return { ...envelope, payload: Buffer.from(text.replace(from, to)).toString('base64') }
}
/** Signs any text as a root: what the real signer never does. */
const sealText = (text: string, keys: Key[]): Envelope => {
  const signed = preAuthEncoding(rootPayloadType, Buffer.from(text))
  return {
    payloadType: rootPayloadType,
    payload: Buffer.from(text).toString('base64'),
    signatures: keys.map(({ keyid, privateKey }) => ({
      keyid,
      sig: sign(null, signed, privateKey).toString('base64'),
    })),
  }
}

test('a root is followed by the next one, signed by its keys, and that by the next', () => {
  expect(readNextRoot(first, sealRoot(second, [old, next]))).toEqual({ root: second })
  expect(readNextRoot(second, sealRoot(last, [old, next]))).toEqual({ root: last })
  expect(readNextRoot(second, sealRoot(last, [next]))).toEqual({ root: last })
})

describe('refused, and the pinned root stays:', () => {
  const two = rootOf([old, next], { threshold: 2 })
  const after = rootOf([next, third], { version: 2, threshold: 2 })
  test.each<[string, KeyRoot, unknown, RegExp]>([
    ['a version that skips one', first, sealRoot({ ...second, version: 3 }, [old, next]), /version 3, and only 2/],
    ['the version that is pinned', second, sealRoot(second, [old, next]), /version 2, and only 3/],
    ['a lower version', last, sealRoot({ ...second, keys: [...last.keys] }, [next]), /version 2, and only 4/],
    ['a first root, which has no version', second, sealRoot(first, [old, next]), /version 1, and only 3/],
    ['one that strangers signed', first, sealRoot(second, [stranger]), /enough of the keys that are trusted now/],
    [
      'one that only its own new key signed',
      first,
      sealRoot(second, [next]),
      /enough of the keys that are trusted now/,
    ],
    [
      'one that a stranger signed under a known id',
      first,
      sealRoot(second, [{ ...stranger, keyid: old.keyid }]),
      /enough of the keys that are trusted now/,
    ],
    ['one that nobody signed', first, sealRoot(second, []), /enough of the keys that are trusted now/],
    ['one with too few signatures', two, sealRoot(after, [old]), /enough of the keys that are trusted now/],
    ['one with the same signature twice', two, sealRoot(after, [old, old]), /enough of the keys that are trusted now/],
    ['one with too few signatures of its own keys', two, sealRoot(after, [old, next]), /enough of its own keys/],
    ['keys that nobody shows to have', first, sealRoot(rootOf([third], { version: 2 }), [old]), /its own keys/],
    [
      'one that was altered',
      first,
      alter(sealRoot(second, [old, next]), '"threshold":1', '"threshold":2'),
      /enough of the keys that are trusted now/,
    ],
    ['an order', first, sealEnvelope(orderPayloadType, plainRoot(second), [old, next]), /not signed as a root/],
    ['no envelope', first, { root: second }, /not written as agreed/],
    ['nothing', first, null, /not written as agreed/],
    ['a threshold above the keys', first, sealRoot({ ...second, threshold: 3 }, [old, next]), /not written as agreed/],
    [
      'a key under the id of another',
      first,
      sealRoot(
        { ...second, keys: [...first.keys, { ...second.keys[0], keyid: next.keyid, publicKey: old.publicKey }] },
        [old],
      ),
      /not written as agreed/,
    ],
    [
      'a member more',
      first,
      sealEnvelope(rootPayloadType, { ...plainRoot(second), note: 'x' }, [old, next]),
      /not written as agreed/,
    ],
  ])('%s', (_, pinned, given, why) => {
    expect(readNextRoot(pinned, given)).toEqual({ refusal: expect.stringMatching(why) })
  })

  test('a text that reads in two ways', () => {
    const text = canonicalJson(plainRoot(second))
    const twice = text.replace('"version":2', '"version":2,"version":2')
    expect(sealText(text, [old, next])).toEqual(sealRoot(second, [old, next]))
    expect(readNextRoot(first, sealText(twice, [old, next]))).toEqual({ refusal: 'it is not written as agreed' })
  })
})

test('what was signed by a retired key counts no more', () => {
  const order = sealEnvelope(orderPayloadType, { a: 1 }, [old])
  expect([first, second, last].map((root) => isEnvelopeTrusted(order, root, importRawPublicKey))).toEqual([
    true,
    true,
    false,
  ])
})

describe('the chain of an enrolment', () => {
  const later = [sealRoot(second, [old, next]), sealRoot(last, [old, next])]
  test('leads to its newest root, whichever of its roots the token names', () => {
    for (const named of [first, second, last])
      expect(followChain(first, later, [rootFingerprint(named).toUpperCase()])).toEqual(last)
    expect(followChain(first, [], [rootFingerprint(first)])).toEqual(first)
    expect(followChain(first, later, [])).toEqual(last)
  })

  test('is refused without the root that the token names, and where one does not follow', () => {
    expect(() => followChain(first, later, [rootFingerprint(rootOf([stranger]))])).toThrow('other signing keys')
    expect(() => followChain(first, [], [rootFingerprint(last)])).toThrow('other signing keys')
    expect(() => followChain(first, later.slice(1), [rootFingerprint(first)])).toThrow('after version 1')
    // A forger's root, and ours behind it.
    expect(() => followChain(rootOf([stranger]), later, [rootFingerprint(last)])).toThrow('after version 1')
  })

  test('a root of other keys, of another threshold or of another version has another fingerprint; a first one the one it always had', () => {
    const all = [
      first,
      second,
      last,
      rootOf([old], { version: 2 }),
      rootOf([old, next]),
      rootOf([old, next], { threshold: 2 }),
    ]
    expect(new Set(all.map(rootFingerprint)).size).toBe(all.length)
    expect(rootFingerprint(JSON.parse(JSON.stringify({ ...first, version: undefined })))).toBe(rootFingerprint(first))
  })
})
