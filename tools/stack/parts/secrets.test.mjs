import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSecrets } from './secrets.mjs'

let folder
let file
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-secrets-'))
  file = join(folder, 'secrets.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('secrets are made once, kept, and closed to others again', () => {
  const made = readSecrets(file)
  chmodSync(file, 0o644)
  expect(readSecrets(file)).toEqual(made)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(new Set(Object.values(made)).size).toBe(9)
})

test('a damaged file is named in one sentence and left as it is', () => {
  writeFileSync(file, '{ "owner": ')
  expect(() => readSecrets(file)).toThrow(`${file} cannot be read as JSON`)
})
