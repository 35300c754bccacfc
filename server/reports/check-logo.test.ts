import { expect, test } from 'vitest'
import { checkLogo } from './check-logo.ts'
import { samplePng } from './testing/sample-logos.ts'

const good = samplePng()
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0])
/** The sample with one byte of its head changed: 8 bits, colour, packing, filter and interlace follow at 24. */
const changed = (at: number, value: number) => {
  const bytes = Buffer.from(good)
  bytes[at] = value
  return bytes
}

test.each([
  ['a PNG with a see-through ground', good],
  ['a PNG without', samplePng({ hasAlpha: false })],
  ['a JPEG', jpeg],
])('%s is a logo', (_, bytes) => {
  expect(() => checkLogo(bytes)).not.toThrow()
})

const row = 1 + 60 * 4
test.each([
  ['an SVG', Buffer.from('<svg/>'), 'A logo is a PNG or a JPEG'],
  ['nothing', Buffer.alloc(0), 'A logo is a PNG or a JPEG'],
  ['too large a file', Buffer.concat([jpeg, Buffer.alloc(1_000_000)]), 'A logo is a file of at most 1 MB'],
  ['too wide', samplePng({ width: 2_001, height: 1 }), 'A logo is at most 2,000 pixels wide and as high'],
  ['16 bits a channel', changed(24, 16), 'A logo as PNG has 8 bits a channel and is not interlaced'],
  ['an unknown kind of colour', changed(25, 5), 'A logo as PNG has 8 bits a channel and is not interlaced'],
  ['interlaced', changed(28, 1), 'A logo as PNG has 8 bits a channel and is not interlaced'],
  ['a palette that is not there', changed(25, 3), 'This PNG is broken'],
  ['its mark alone', good.subarray(0, 8), 'This PNG is broken'],
  ['cut off', good.subarray(0, -14), 'This PNG is broken'],
  ['cut off in a length', good.subarray(0, -9), 'This PNG is broken'],
  ['too few rows', samplePng({ rows: Buffer.alloc(row * 19) }), 'This PNG is broken'],
  ['more than its size says', samplePng({ rows: Buffer.alloc(row * 5_000) }), 'This PNG is broken'],
  ['a row in no way of writing', samplePng({ rows: Buffer.alloc(row * 20, 5) }), 'This PNG is broken'],
])('%s is none', (_, bytes, message) => {
  expect(() => checkLogo(bytes)).toThrow(message)
})
