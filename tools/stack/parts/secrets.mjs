import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { Advice } from '../advice.mjs'

const names = ['superuser', 'owner', 'web', 'auth', 'device', 'worker', 'across', 'authSecret', 'deviceSessionSecret']

/** The secrets of a stack, made once and kept readable by their owner only (0600). */
export function readSecrets(file) {
  const secrets = existsSync(file) ? parseSecrets(file) : {}
  // Whoever copied or restored it may have left it open to others.
  if (existsSync(file)) chmodSync(file, 0o600)
  const missing = names.filter((name) => typeof secrets[name] !== 'string')
  for (const name of missing) secrets[name] = randomBytes(32).toString('base64url')
  const hasKeys = typeof secrets.secretKeys === 'string'
  if (!hasKeys) secrets.secretKeys = newSecretKey()
  if (missing.length > 0 || !hasKeys) writeSecrets(file, secrets)
  return secrets
}

/** A key to seal secrets at rest with, under an id that says when it was made: `k20260918-ab12:<base64>`. */
export function newSecretKey(now = new Date()) {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '')
  return `k${day}-${randomBytes(2).toString('hex')}:${randomBytes(32).toString('base64')}`
}

export function writeSecrets(file, secrets) {
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 })
}

function parseSecrets(file) {
  try {
    return { ...JSON.parse(readFileSync(file, 'utf8')) }
  } catch {
    throw new Advice(`${file} cannot be read as JSON: put it back from a copy, or run npm run reset to begin anew.`)
  }
}

/** Makes an Ed25519 key (PKCS8 PEM, 0600) unless it is there: the one that signs orders. Only the worker learns its path. */
export function ensureSigningKey(file) {
  if (existsSync(file)) return
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
}

/** Makes the key that signs heads of the audit chain, as the one for orders; its public half lies beside it, for who proves the chain. */
export function ensureAuditKey({ auditKey, auditPublicKey }) {
  ensureSigningKey(auditKey)
  const publicKey = createPublicKey(readFileSync(auditKey)).export({ type: 'spki', format: 'pem' })
  writeFileSync(auditPublicKey, publicKey, { mode: 0o644 })
}
