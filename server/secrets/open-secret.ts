import { createDecipheriv } from 'node:crypto'
import { keyRing } from './key-ring.ts'
import { boundTo, type SecretPurpose } from './seal-secret.ts'

const tagBytes = 16

/**
 * The secret of a sealed text. Throws when its key is not in SECRET_KEYS any more (the sentence names the key), and when the text was
 * altered or belongs to another purpose or owner.
 */
export function openSecret(purpose: SecretPurpose, ownerId: string, sealed: string): string {
  const [version, keyId = '', iv = '', body = ''] = sealed.split('.')
  if (version !== 'v1') throw new Error('a sealed secret of an unknown form')
  const key = keyRing().keys.get(keyId)
  if (!key) throw new Error(`a secret is sealed with the key ${keyId}, which is not in SECRET_KEYS`)
  const bytes = Buffer.from(body, 'base64url')
  // The length of the tag is said: Node would take a shorter one too.
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: tagBytes })
  decipher.setAAD(boundTo(keyId, purpose, ownerId))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  return decipher.update(bytes.subarray(0, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
}

/** Which key a sealed text needs: a rotation looks for those that are not current. */
export const keyIdOf = (sealed: string): string => sealed.split('.')[1] ?? ''
