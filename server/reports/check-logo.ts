import { crc32, inflateSync } from 'node:zlib'
import { formatCount } from '../../components/format.ts'
import { mostLogoBytes } from './rules.ts'

/** The largest side of a logo, in pixels. */
const mostPixels = 2_000
const pngMark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Channels of a pixel by PNG's kind of colour. */
const channels: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
/** The chunks that make the picture. All others, such as where and by whom it was taken, or further pictures of an animation, are left out. */
const kept = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']

/**
 * A logo as everything of ours can draw it: a PNG of 8 bits without interlace. Answers the picture alone, without what else the file carried.
 * Throws the sentence that says what is wrong. It reads the file to its last row, because the library that prints it takes the whole process
 * down over a broken one.
 */
export function cleanLogo(bytes: Buffer): Buffer {
  if (bytes.length > mostLogoBytes)
    throw new Error(`A logo is a file of at most ${formatCount(mostLogoBytes / 1_000)} kB`)
  if (!bytes.subarray(0, pngMark.length).equals(pngMark)) throw new Error('A logo is a PNG')
  const chunks = chunksOf(bytes)
  checkPicture(chunks)
  return Buffer.concat([pngMark, ...chunks.filter(({ type }) => kept.includes(type)).map(({ whole }) => whole)])
}

interface Chunk {
  type: string
  data: Buffer
  /** With its length, type and checksum. */
  whole: Buffer
}

function checkPicture(chunks: readonly Chunk[]): void {
  const [head, palette] = ['IHDR', 'PLTE'].map((type) => chunks.find((chunk) => chunk.type === type)?.data)
  if (head?.length !== 13 || chunks[0]?.type !== 'IHDR' || chunks.at(-1)?.type !== 'IEND') throw broken()
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

function chunksOf(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = pngMark.length; at < bytes.length; ) {
    if (at + 12 > bytes.length) throw broken()
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) throw broken()
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) throw broken()
    const type = bytes.toString('latin1', at + 4, at + 8)
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) })
    at = end
  }
  return chunks
}

const broken = () => new Error('This PNG is broken')
