import { sql } from 'drizzle-orm'
import { acrossTenants } from '../access.ts'
import { type AuditSigner, type ChainHead, signHead } from './sign-head.ts'

/**
 * Signs, for each MSP, the last seal of every UTC day that is over and has seals but no signed head yet. Answers how many it signed.
 * Two workers at once end with one head a day.
 */
export function signHeads(at: Date, signer: AuditSigner): Promise<number> {
  return acrossTenants('signed heads of the audit chain', async (tx) => {
    const rows = await tx.execute<{ mspId: string; day: string; position: string; hash: string }>(sql`
      select distinct on (s.msp_id, day) s.msp_id as "mspId", s.position, s.hash,
        to_char(s.sealed_at at time zone 'UTC', 'YYYY-MM-DD') as day
      from audit_seals s
      left join (select msp_id, max(position) as position from audit_heads group by msp_id) h on h.msp_id = s.msp_id
      where s.position > coalesce(h.position, 0) and s.sealed_at < date_trunc('day', ${at.toISOString()}::timestamptz, 'UTC')
      order by s.msp_id, day, s.position desc`)
    let signed = 0
    for (const { mspId, day, position, hash } of rows) {
      const head: ChainHead = { mspId, day, position: Number(position), hash }
      const written =
        await tx.execute(sql`insert into audit_heads (msp_id, day, position, hash, key_id, signature, signed_at)
        values (${mspId}::uuid, ${day}, ${head.position}, ${hash}, ${signer.keyId}, ${signHead(head, signer)},
          ${at.toISOString()}::timestamptz)
        on conflict do nothing returning day`)
      signed += written.length
    }
    return signed
  })
}
