/** One entry of a tar archive. Paths are relative with a leading `./`; a folder's path ends in `/`. */
export type TarEntry = { path: string; mode: number; content?: Buffer }

const BLOCK_BYTES = 512

/**
 * Writes a ustar archive owned by root with every time set to the epoch, so that the same entries give the same bytes.
 * Throws when a path is longer than the 100 bytes of a plain ustar header.
 */
export function writeTar(entries: TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = entry.content ?? Buffer.alloc(0)
    return [tarHeader(entry, content.length), content, Buffer.alloc(-content.length & (BLOCK_BYTES - 1))]
  })
  return Buffer.concat([...blocks, Buffer.alloc(BLOCK_BYTES * 2)])
}

function tarHeader(entry: TarEntry, sizeBytes: number): Buffer {
  if (Buffer.byteLength(entry.path) > 100) throw new Error(`tar path too long: ${entry.path}`)
  const header = Buffer.alloc(BLOCK_BYTES)
  const octal = (value: number, offset: number, width: number) =>
    header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1')
  header.write(entry.path, 0)
  octal(entry.mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(sizeBytes, 124, 12)
  octal(0, 136, 12)
  header.fill(' ', 148, 156)
  header.write(entry.path.endsWith('/') ? '5' : '0', 156)
  header.write('ustar\x0000root', 257, 'latin1')
  header.write('root', 297, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}
