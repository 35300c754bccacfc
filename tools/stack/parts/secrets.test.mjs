import { createPrivateKey, createPublicKey } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureAuditKey, readSecrets } from './secrets.mjs'

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
  expect(new Set(Object.values(made)).size).toBe(10)
  expect(made.secretKeys).toMatch(/^k\d{8}-[0-9a-f]{4}:[A-Za-z0-9+/]{43}=$/)
})

test('a damaged file is named in one sentence and left as it is', () => {
  writeFileSync(file, '{ "owner": ')
  expect(() => readSecrets(file)).toThrow(`${file} cannot be read as JSON`)
})

test('the audit key is made once, for its owner only; its public half lies beside it and is put back', () => {
  const paths = { auditKey: join(folder, 'audit.pem'), auditPublicKey: join(folder, 'audit-public.pem') }
  ensureAuditKey(paths)
  const made = readFileSync(paths.auditKey, 'utf8')
  expect(statSync(paths.auditKey).mode & 0o777).toBe(0o600)
  rmSync(paths.auditPublicKey)
  ensureAuditKey(paths)
  expect(readFileSync(paths.auditKey, 'utf8')).toBe(made)
  const publicHalf = createPublicKey(readFileSync(paths.auditPublicKey)).export({ format: 'jwk' })
  expect(publicHalf).toEqual(createPublicKey(createPrivateKey(made)).export({ format: 'jwk' }))
})
