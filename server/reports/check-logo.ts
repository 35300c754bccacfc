import { inflateSync } from 'node:zlib'
import { formatCount } from '../../components/format.ts'

/** The largest side of a logo, in pixels, and the largest file. */
const mostPixels = 2_000
const mostBytes = 1_000_000
const pngMark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Channels of a pixel by PNG's kind of colour. */
const channels: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/**
 * Lets a logo through that every reader of ours can draw: a PNG of 8 bits without interlace, or a JPEG. Throws the sentence that says what is
 * wrong. It reads a PNG to its last row, because the library that draws it takes the whole process down over a broken one.
 */
export function checkLogo(bytes: Buffer): void {
  if (bytes.length > mostBytes) throw new Error('A logo is a file of at most 1 MB')
  if (bytes.subarray(0, pngMark.length).equals(pngMark)) checkPng(bytes)
  else if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new Error('A logo is a PNG or a JPEG')
}

function checkPng(bytes: Buffer): void {
  const chunks = chunksOf(bytes)
  const [head, palette] = ['IHDR', 'PLTE'].map((type) => chunks.find((chunk) => chunk.type === type)?.data)
  if (head?.length !== 13) throw broken()
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)]
  const [bits, color, interlace] = [head[8], head[9] ?? 1, head[12]]
  if (width < 1 || height < 1) throw broken()
  if (width > mostPixels || height > mostPixels)
    throw new Error(`A logo is at most ${formatCount(mostPixels)} pixels wide and as high`)
  const size = channels[color]
  if (size === undefined || bits !== 8 || interlace !== 0)
    throw new Error('A logo as PNG has 8 bits a channel and is not interlaced')
  if (color === 3 && (!palette?.length || palette.length % 3 !== 0)) throw broken()
  const row = 1 + width * size
  const rows = inflateRows(
    Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)),
    row * height,
  )
  for (let at = 0; at < rows.length; at += row) if ((rows[at] ?? 5) > 4) throw broken()
}

function inflateRows(packed: Buffer, length: number): Buffer {
  let rows: Buffer
  try {
    rows = inflateSync(packed, { maxOutputLength: length })
  } catch {
    throw broken()
  }
  if (rows.length !== length) throw broken()
  return rows
}

function chunksOf(bytes: Buffer): { type: string; data: Buffer }[] {
  const chunks = []
  for (let at = pngMark.length; at < bytes.length; ) {
    if (at + 12 > bytes.length) throw broken()
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) throw broken()
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end - 4) })
    at = end
  }
  return chunks
}

const broken = () => new Error('This PNG is broken')
