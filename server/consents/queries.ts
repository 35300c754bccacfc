import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'

/** Row `q` of consents keeps its patch back: nobody ended the question, and nobody said yes. */
export const keepsBack = sql`(q.ended_at is null and q.answer is distinct from 'yes')`

/** A question as the client reads it. */
export interface AskedConsent {
  id: string
  patch: { name: string; version: string }
  /** Computers that lack it now. */
  computers: number
  reason: string
  plan: string
  askedBy: string
  askedAt: Date
}

/** What the MSP asked one client and nobody answered, the oldest first. */
export async function findWaitingConsents(tx: Tx, clientId: string): Promise<AskedConsent[]> {
  const rows = await tx.execute<{
    id: string
    name: string
    version: string
    computers: number
    reason: string
    plan: string
    asked_by: string
    asked_at: string
  }>(sql`
    select q.id, p.name, p.version, q.reason, q.plan, q.asked_by, to_json(q.asked_at)#>>'{}' as asked_at,
      (select count(*)::int from device_patches t join devices d on d.msp_id = t.msp_id and d.id = t.device_id and d.retired_at is null
        where t.msp_id = q.msp_id and t.client_id = q.client_id and t.patch_id = q.patch_id and t.resolved_at is null) as computers
    from consents q join patches p on p.msp_id = q.msp_id and p.id = q.patch_id
    where q.client_id = ${clientId} and q.ended_at is null and q.answer is null order by q.asked_at, q.id`)
  return rows.map(({ id, name, version, computers, reason, plan, ...row }) => ({
    ...{ id, patch: { name, version }, computers, reason, plan },
    ...{ askedBy: row.asked_by, askedAt: new Date(row.asked_at) },
  }))
}
