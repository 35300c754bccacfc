import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { parseKeyRing, setKeyRing } from './key-ring.ts'
import { keyIdOf, openSecret } from './open-secret.ts'
import { sealSecret } from './seal-secret.ts'

const key = () => randomBytes(32).toString('base64')
const [first, second] = [`one:${key()}`, `two:${key()}`]
beforeEach(() => setKeyRing(parseKeyRing(first)))

test('what was sealed opens again, and shows neither itself nor twice the same text', () => {
  const sealed = sealSecret('totp-seed', 'nora', 'JBSWY3DPEHPK3PXP')
  expect(openSecret('totp-seed', 'nora', sealed)).toBe('JBSWY3DPEHPK3PXP')
  expect(sealed).not.toContain('JBSWY')
  expect(sealSecret('totp-seed', 'nora', 'JBSWY3DPEHPK3PXP')).not.toBe(sealed)
  expect(openSecret('totp-seed', 'nora', sealSecret('totp-seed', 'nora', ''))).toBe('')
})

describe('does not open', () => {
  test('for somebody else, nor for another purpose', () => {
    const sealed = sealSecret('totp-seed', 'nora', 'secret')
    expect(() => openSecret('totp-seed', 'tom', sealed)).toThrow()
    expect(() => openSecret('totp-offer', 'nora', sealed)).toThrow()
  })

  test('with any part of it altered, cut or under another key id', () => {
    const sealed = sealSecret('totp-seed', 'nora', 'secret')
    const parts = sealed.split('.')
    const altered = [2, 3].map((place) =>
      parts.map((part, at) => (at === place ? (part[0] === 'A' ? 'B' : 'A') + part.slice(1) : part)).join('.'),
    )
    for (const text of [...altered, sealed.slice(0, -4), 'v1.one..', `v2${sealed.slice(2)}`, ''])
      expect(() => openSecret('totp-seed', 'nora', text), text).toThrow()
    setKeyRing(parseKeyRing(`${first},two:${first.slice(4)}`))
    expect(() => openSecret('totp-seed', 'nora', sealed.replace('.one.', '.two.'))).toThrow()
  })

  test('once its key has left the ring, and says which one', () => {
    const sealed = sealSecret('totp-seed', 'nora', 'secret')
    setKeyRing(parseKeyRing(second))
    expect(() => openSecret('totp-seed', 'nora', sealed)).toThrow(/key one, which is not in SECRET_KEYS/)
  })
})

test('a rotation: the new key seals, the old one still opens', () => {
  const old = sealSecret('totp-seed', 'nora', 'secret')
  setKeyRing(parseKeyRing(`${second}, ${first}`))
  expect(openSecret('totp-seed', 'nora', old)).toBe('secret')
  expect([keyIdOf(old), keyIdOf(sealSecret('totp-seed', 'nora', 'secret'))]).toEqual(['one', 'two'])
})

test.each([
  ['', /key 1 is not/],
  ['one', /key 1 is not/],
  ['one:AAAA', /key one has 3 bytes/],
  [`${first},${first}`, /key one is there twice/],
  [`One:${first.slice(4)}`, /key 1 is not/],
])('the ring %j is refused in words without a key', (text, words) => {
  expect(() => parseKeyRing(text)).toThrow(words)
  expect(() => parseKeyRing(text)).not.toThrow(first.slice(4, 20))
})
