import { createPrivateKey } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { keyIdOf, type SigningKey } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'

export interface HeldKey extends SigningKey {
  /** The public half, raw, in base64. */
  publicKey: string
}

const oneKey = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/g

/**
 * The order-signing keys in a file: Ed25519, PKCS 8 PEM, one after another while they are rotated. Refuses a file that others may read, and
 * anything else in it than such keys.
 */
export async function readSigningKeys(file: string): Promise<HeldKey[]> {
  const { mode } = await stat(file)
  if ((mode & 0o077) !== 0) throw new Error(`the order-signing key ${file} may be read by others: chmod 600 it`)
  const text = await readFile(file, 'utf8')
  const found = text.match(oneKey) ?? []
  if (found.length === 0 || text.replace(oneKey, '').trim() !== '')
    throw new Error(`${file} holds something else than keys in PKCS 8 PEM`)
  return found.map(readKey)
}

function readKey(pem: string): HeldKey {
  const privateKey = createPrivateKey(pem)
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('the order-signing key is not an Ed25519 key')
  const publicKey = exportRawPublicKey(privateKey)
  return { keyid: keyIdOf(Buffer.from(publicKey, 'base64')), privateKey, publicKey }
}
