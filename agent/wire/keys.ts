import { createPublicKey, type KeyObject } from 'node:crypto'

/** DER prefix of an Ed25519 SubjectPublicKeyInfo (RFC 8410): 12 bytes before the 32 raw ones. */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** Raw 32-byte Ed25519 public key in base64, as it travels; of a public or a private key. */
export function exportRawPublicKey(key: KeyObject): string {
  const publicKey = key.type === 'public' ? key : createPublicKey(key)
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length).toString('base64')
}

/** Throws `TypeError` when the text is not 32 bytes of base64. */
export function importRawPublicKey(publicKey: string): KeyObject {
  const raw = Buffer.from(publicKey, 'base64')
  if (raw.length !== 32) throw new TypeError('an Ed25519 public key has 32 bytes')
  return createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' })
}
