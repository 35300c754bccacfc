import { createPrivateKey } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { keyIdOf } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import type { AuditSigner } from './sign-head.ts'

/** Reads the key that signs heads of the audit chain (Ed25519, PKCS 8 PEM). Refuses a file that others may read. */
export async function loadAuditSigner(file: string): Promise<AuditSigner> {
  const { mode } = await stat(file)
  if ((mode & 0o077) !== 0) throw new Error(`the audit-signing key ${file} may be read by others: chmod 600 it`)
  const privateKey = createPrivateKey(await readFile(file))
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('the audit-signing key is not an Ed25519 key')
  return { keyId: keyIdOf(Buffer.from(exportRawPublicKey(privateKey), 'base64')), privateKey }
}
