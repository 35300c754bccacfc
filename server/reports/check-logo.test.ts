import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { cleanLogo } from './check-logo.ts'
import { chunk, samplePng } from './testing/sample-logos.ts'

const good = samplePng()
/** Where the head ends: behind the mark, its length, its type, its 13 bytes and its checksum. */
const headEnd = 8 + 4 + 4 + 13 + 4
/** The sample with one byte of its head changed: 8 bits, colour, packing, filter and interlace follow at 24. */
const changed = (at: number, value: number) => {
  const bytes = Buffer.from(good)
  bytes[at] = value
  bytes.writeUInt32BE(crc32(bytes.subarray(12, headEnd - 4)), headEnd - 4)
  return bytes
}
/** The sample with another chunk behind its head. */
const withChunk = (type: string, data: Buffer) =>
  Buffer.concat([good.subarray(0, headEnd), chunk(type, data), good.subarray(headEnd)])

test.each([
  ['with a see-through ground', good],
  ['without', samplePng({ hasAlpha: false })],
])('a PNG %s is a logo, and stays as it is', (_, bytes) => {
  expect(cleanLogo(bytes).equals(bytes)).toBe(true)
})

test.each([
  ['where it was taken', 'eXIf'],
  ['words about it', 'tEXt'],
  ['an animation', 'acTL'],
])('%s does not go on with it', (_, type) => {
  expect(cleanLogo(withChunk(type, Buffer.from('Author\0Somebody'))).equals(good)).toBe(true)
})

const row = 1 + 60 * 4
test.each([
  ['an SVG', Buffer.from('<svg/>'), 'A logo is a PNG'],
  ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'A logo is a PNG'],
  ['nothing', Buffer.alloc(0), 'A logo is a PNG'],
  ['too large a file', Buffer.concat([good, Buffer.alloc(200_000)]), 'A logo is a file of at most 200 kB'],
  ['too wide', samplePng({ width: 2_001, height: 1 }), 'A logo is at most 2,000 pixels wide and as high'],
  ['16 bits a channel', changed(24, 16), 'A logo as PNG has 8 bits a channel and is not interlaced'],
  ['an unknown kind of colour', changed(25, 5), 'A logo as PNG has 8 bits a channel and is not interlaced'],
  ['interlaced', changed(28, 1), 'A logo as PNG has 8 bits a channel and is not interlaced'],
  ['a palette that is not there', changed(25, 3), 'This PNG is broken'],
  ['its mark alone', good.subarray(0, 8), 'This PNG is broken'],
  ['cut off', good.subarray(0, -14), 'This PNG is broken'],
  ['cut off before its end', good.subarray(0, -12), 'This PNG is broken'],
  ['cut off in a length', good.subarray(0, -9), 'This PNG is broken'],
  ['something behind its end', Buffer.concat([good, Buffer.from('and a script')]), 'This PNG is broken'],
  ['a wrong checksum', Buffer.concat([good.subarray(0, -1), Buffer.from([0])]), 'This PNG is broken'],
  ['too few rows', samplePng({ rows: Buffer.alloc(row * 19) }), 'This PNG is broken'],
  ['more than its size says', samplePng({ rows: Buffer.alloc(row * 5_000) }), 'This PNG is broken'],
  ['a row in no way of writing', samplePng({ rows: Buffer.alloc(row * 20, 5) }), 'This PNG is broken'],
])('%s is none', (_, bytes, message) => {
  expect(() => cleanLogo(bytes)).toThrow(message)
})
