import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appendLineDurably, readJsonLines, readOwnText, writeFileDurably, writeFileLoosely } from './durable-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-durable-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs lines with the module's functions where no file may grow beyond `blocks` of 512 or 1,024 bytes. */
function runLimited(blocks: number, lines: string): string {
  const module = JSON.stringify(join(import.meta.dirname, 'durable-file.ts'))
  const program = `import { appendLineDurably, writeFileDurably } from ${module}\n${lines}`
  const args = [
    '-c',
    `ulimit -f ${blocks}; exec "$0" --input-type=module-typescript -e "$1"`,
    process.execPath,
    program,
  ]
  const { stdout, stderr } = spawnSync('/bin/sh', args, { encoding: 'utf8' })
  return stdout + stderr
}

test('a line that finds no room leaves nothing of itself: the next one stands on a line of its own', () => {
  const path = join(folder, 'lines.jsonl')
  const said = runLimited(
    2,
    `const path = ${JSON.stringify(path)}
    for (const size of [300, 5000, 300]) {
      try { appendLineDurably(path, { text: 'x'.repeat(size) }, false) } catch (error) { console.log(error.code) }
    }`,
  )
  expect(said).toBe('EFBIG\n')
  const { lines, isTorn } = readJsonLines(path)
  expect({ count: lines.length, isTorn }).toEqual({ count: 2, isTorn: false })
})

test('a file that finds no room stays as it was, and its draft goes', () => {
  const path = join(folder, 'file')
  const said = runLimited(
    2,
    `const path = ${JSON.stringify(path)}
    writeFileDurably(path, 'old')
    try { writeFileDurably(path, 'x'.repeat(5000)) } catch (error) { console.log(error.code) }`,
  )
  expect(said).toBe('EFBIG\n')
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(() => readFileSync(`${path}.new`)).toThrow('ENOENT')
})

test('nothing of the state is read or written through a link that somebody planted', () => {
  const target = join(folder, 'target')
  const path = join(folder, 'state')
  writeFileSync(target, 'of somebody else\n')
  for (const name of [path, `${path}.new`]) symlinkSync(target, name)
  expect(() => writeFileDurably(path, 'ours')).toThrow('ELOOP')
  expect(() => writeFileLoosely(path, 'ours')).toThrow('ELOOP')
  expect(() => appendLineDurably(path, { ours: true }, false)).toThrow('ELOOP')
  expect(() => readOwnText(path)).toThrow('ELOOP')
  expect(() => readJsonLines(path)).toThrow('ELOOP')
  expect(readFileSync(target, 'utf8')).toBe('of somebody else\n')
  symlinkSync(join(folder, 'not-there'), join(folder, 'loose'))
  expect(() => writeFileLoosely(join(folder, 'loose'), 'ours')).toThrow('ELOOP')
  expect(existsSync(join(folder, 'not-there'))).toBe(false)
})

test('state that cannot be read is not taken for none', () => {
  expect(readOwnText(join(folder, 'not-there'))).toBeNull()
  mkdirSync(join(folder, 'a-folder'))
  expect(() => readOwnText(join(folder, 'a-folder'))).toThrow('EISDIR')
})
