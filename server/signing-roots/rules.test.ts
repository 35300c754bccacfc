import { expect, test } from 'vitest'
import { replaceCan, retireCan } from './rules.ts'

const fine = { devices: 0, orders: 0, force: false, threshold: 1, left: 1, heldLeft: 1 }

test('a key is retired once every device goes by the newer one and no order hangs on it', () => {
  expect(retireCan(fine)).toEqual({ can: true })
})

test.each<[string, Partial<typeof fine>, RegExp]>([
  ['devices are behind', { devices: 3, orders: 2 }, /^3 devices do not go by the newer key/],
  ['one device is', { devices: 1 }, /^1 device does not go by/],
  ['orders wait that only it signed', { orders: 2 }, /^2 orders wait/],
])('not while %s, unless that is said', (_, change, why) => {
  expect(retireCan({ ...fine, ...change })).toEqual({ can: false, reason: expect.stringMatching(why) })
  expect(retireCan({ ...fine, ...change, force: true })).toEqual({ can: true })
})

test.each<[string, Partial<typeof fine>]>([
  ['it is the last one', { left: 0, heldLeft: 0 }],
  ['nobody here holds the others', { heldLeft: 0 }],
  ['too few would be left', { threshold: 2, left: 1 }],
])('never while %s', (_, change) => {
  expect(retireCan({ ...fine, ...change, force: true }).can).toBe(false)
})

const lost = { named: ['b', 'a'], force: false, signing: ['a', 'b'], held: [], devices: 7, signedAt: null }

test('keys are lost when each is named and none of them is here or signed lately', () => {
  expect(replaceCan(lost)).toEqual({ can: true })
})

test.each<[string, Partial<Parameters<typeof replaceCan>[0]>, RegExp]>([
  ['one is here', { held: ['b'] }, /^The key b is here/],
  ['none is named', { named: [] }, /^7 devices would have to be enrolled again.*: a b\.$/],
  ['one is named twice', { named: ['a', 'a'] }, /: a b\.$/],
  ['another is named beside them', { named: ['a', 'b', 'c'] }, /: a b\.$/],
])('never while %s', (_, change, why) => {
  expect(replaceCan({ ...lost, ...change, force: true })).toEqual({ can: false, reason: expect.stringMatching(why) })
})

test('a signature of the last hour contradicts, unless that is said', () => {
  const signed = { ...lost, signedAt: new Date('2026-09-01T10:00:00Z') }
  expect(replaceCan(signed)).toEqual({ can: false, reason: expect.stringContaining('at 2026-09-01T10:00:00.000Z') })
  expect(replaceCan({ ...signed, force: true })).toEqual({ can: true })
})
