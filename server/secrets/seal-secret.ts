import { createCipheriv, randomBytes } from 'node:crypto'
import { keyRing } from './key-ring.ts'

/** What lies sealed in a table: a rotation (`tools/secrets/main.ts`) seals each kind anew. */
export type StoredPurpose = 'totp-seed'
/** What a secret is for. A sealed text opens for its own purpose and owner only, wherever a row may be copied to. An offer is never stored. */
export type SecretPurpose = StoredPurpose | 'totp-offer'

/** What is authenticated beside the secret itself. */
export const boundTo = (keyId: string, purpose: SecretPurpose, ownerId: string) =>
  Buffer.from(JSON.stringify(['v1', keyId, purpose, ownerId]))

/** Encrypts a secret with the current key (AES-256-GCM): `v1.<keyId>.<iv>.<ciphertext and tag>`. */
export function sealSecret(purpose: SecretPurpose, ownerId: string, secret: string): string {
  const { current, keys } = keyRing()
  const key = keys.get(current)
  if (!key) throw new Error('the current key is missing')
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(boundTo(current, purpose, ownerId))
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `v1.${current}.${iv.toString('base64url')}.${sealed.toString('base64url')}`
}
