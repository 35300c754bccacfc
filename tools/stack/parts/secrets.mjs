import { generateKeyPairSync, randomBytes } from 'node:crypto'
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
  if (missing.length > 0) writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  return secrets
}

function parseSecrets(file) {
  try {
    return { ...JSON.parse(readFileSync(file, 'utf8')) }
  } catch {
    throw new Advice(`${file} cannot be read as JSON: put it back from a copy, or run npm run reset to begin anew.`)
  }
}

/** Makes the Ed25519 key that signs orders (PKCS8 PEM, 0600) unless it is there. Only the worker learns its path. */
export function ensureSigningKey(file) {
  if (existsSync(file)) return
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
}
