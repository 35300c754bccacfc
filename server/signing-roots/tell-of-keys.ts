import { sql } from 'drizzle-orm'
import type { KeyRoot } from '../../agent/wire/envelope.ts'
import { versionOf } from '../../agent/wire/envelope.ts'
import { auditRecords } from '../../db/schema/records.ts'
import { msps } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { auditRow } from '../audit/record-audit.ts'
import { actorName } from '../context.ts'

const job = 'signing-key'
const actor = { kind: 'system', id: job, name: actorName({ kind: 'system', job }) } as const
const subjectOf = (keyId: string) => ({ kind: 'enrolment', id: keyId, name: `Signing key ${keyId}` }) as const

/**
 * Writes each key of the newest root into the audit log of every MSP that was not told of it: who came later is told when they come, and a key
 * that came back is told again.
 */
export async function tellOfKeys(tx: Tx, root: KeyRoot, at: Date): Promise<void> {
  for (const { keyid, publicKey } of root.keys) {
    const untold = await tx
      .select({ id: msps.id })
      .from(msps)
      .where(sql`not exists (select from audit_records r
      where r.msp_id = ${msps.id} and r.subject_id = ${keyid} and r.action = 'enrolment:publish-key'
        and coalesce((r.changes->>'rootVersion')::int, 1) > (select coalesce(max(s.version), 0) from signing_roots s
          where not s.root->'keys' @> ${JSON.stringify([{ keyid }])}::jsonb))`)
    const details = { publicKey, rootVersion: versionOf(root) }
    const change = { clientId: null, subject: subjectOf(keyid), details }
    for (const { id } of untold)
      await tx.insert(auditRecords).values(auditRow({ mspId: id, at, actor }, 'enrolment:publish-key', change))
  }
}

/** Writes into the audit log of every MSP that a key signs no more. `rootVersion`: the first root without it. */
export async function tellOfRetirement(tx: Tx, keyId: string, rootVersion: number, at: Date): Promise<void> {
  const change = { clientId: null, subject: subjectOf(keyId), details: { rootVersion } }
  for (const { id } of await tx.select({ id: msps.id }).from(msps))
    await tx.insert(auditRecords).values(auditRow({ mspId: id, at, actor }, 'enrolment:retire-key', change))
}
