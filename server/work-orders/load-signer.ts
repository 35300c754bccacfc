import { createPrivateKey } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { sql } from 'drizzle-orm'
import { keyIdOf } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import { acrossTenants } from '../access.ts'
import type { OrderSigner } from './sign-orders.ts'

/**
 * Reads the order-signing key (Ed25519, PKCS 8 PEM) and publishes its public half, which enrolment hands out as the pinned root.
 * Refuses a file that others may read.
 */
export async function loadSigner(file: string, at: Date): Promise<OrderSigner> {
  const { mode } = await stat(file)
  if ((mode & 0o077) !== 0) throw new Error(`the order-signing key ${file} may be read by others: chmod 600 it`)
  const privateKey = createPrivateKey(await readFile(file))
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('the order-signing key is not an Ed25519 key')
  const publicKey = exportRawPublicKey(privateKey)
  const keyid = keyIdOf(Buffer.from(publicKey, 'base64'))
  await acrossTenants('publishing of the signing key', (tx) =>
    tx.execute(sql`insert into signing_keys (key_id, public_key, created_at) values (${keyid}, ${publicKey}, ${at.toISOString()}::timestamptz)
      on conflict do nothing`),
  )
  return { keyid, privateKey }
}
