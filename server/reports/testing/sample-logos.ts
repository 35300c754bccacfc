import { crc32, deflateSync } from 'node:zlib'

/** A PNG of 8 bits green at the left and at its right edge; the rest is see-through, or white without `hasAlpha`. */
export function samplePng(change: { hasAlpha?: boolean; width?: number; height?: number; rows?: Buffer } = {}): Buffer {
  const { hasAlpha = true, width = 60, height = 20 } = change
  const row = (): number[] => {
    const pixels = Array.from({ length: width }, (_, x) => {
      const isGreen = x < width / 3 || x === width - 1
      const color = isGreen ? [20, 90, 60] : [255, 255, 255]
      return hasAlpha ? [...color, isGreen ? 255 : 0] : color
    })
    return [0, ...pixels.flat()]
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, hasAlpha ? 6 : 2, 0, 0, 0], 8)
  const rows = change.rows ?? Buffer.from(Array.from({ length: height }, row).flat())
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A part of a PNG. */
export function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}
