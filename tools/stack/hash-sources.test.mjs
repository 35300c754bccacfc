import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashSources } from './hash-sources.mjs'

let root
const write = (name, text) => writeFileSync(join(root, name), text)

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'patchward-hash-'))
  mkdirSync(join(root, 'app'))
  write('app/page.tsx', 'one')
})
afterEach(() => rmSync(root, { recursive: true }))

test('a changed, added or renamed source changes the hash; a test does not', () => {
  const hash = () => hashSources(root, ['app', 'absent.ts'])
  const before = hash()
  write('app/page.test.tsx', 'a test')
  expect(hash()).toBe(before)
  write('app/page.tsx', 'two')
  const changed = hash()
  expect(changed).not.toBe(before)
  write('app/other.tsx', '')
  expect(hash()).not.toBe(changed)
})
