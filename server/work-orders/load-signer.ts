import { createPrivateKey } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { keyIdOf } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import { auditRecords, signingKeys } from '../../db/schema/records.ts'
import { msps } from '../../db/schema/tenancy.ts'
import { acrossTenants, type Tx } from '../access.ts'
import { auditRow } from '../audit/record-audit.ts'
import { actorName } from '../context.ts'
import type { OrderSigner } from './sign-orders.ts'

/**
 * Reads the order-signing key (Ed25519, PKCS 8 PEM) and publishes its public half, which enrolment hands out as the pinned root. A key that
 * was not known before stands in the audit log of every MSP. Refuses a file that others may read.
 */
export async function loadSigner(file: string, at: Date): Promise<OrderSigner> {
  const { mode } = await stat(file)
  if ((mode & 0o077) !== 0) throw new Error(`the order-signing key ${file} may be read by others: chmod 600 it`)
  const privateKey = createPrivateKey(await readFile(file))
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('the order-signing key is not an Ed25519 key')
  const publicKey = exportRawPublicKey(privateKey)
  const keyid = keyIdOf(Buffer.from(publicKey, 'base64'))
  await acrossTenants('publishing of the signing key', (tx) => publish(tx, keyid, publicKey, at))
  return { keyid, privateKey }
}

async function publish(tx: Tx, keyId: string, publicKey: string, at: Date): Promise<void> {
  const [isNew] = await tx
    .insert(signingKeys)
    .values({ keyId, publicKey, createdAt: at })
    .onConflictDoNothing()
    .returning({ keyId: signingKeys.keyId })
  if (!isNew) return
  const job = 'signing-key'
  const actor = { kind: 'system', id: job, name: actorName({ kind: 'system', job }) } as const
  const subject = { kind: 'enrolment', id: keyId, name: `Signing key ${keyId}` } as const
  const change = { clientId: null, subject, details: { publicKey } }
  for (const { id } of await tx.select({ id: msps.id }).from(msps))
    await tx.insert(auditRecords).values(auditRow({ mspId: id, at, actor }, 'enrolment:publish-key', change))
}
