import { expect, test } from 'vitest'
import { retireCan } from './rules.ts'

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
