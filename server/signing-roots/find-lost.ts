import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'

/** Devices whose pinned root has not this key: they would refuse what it alone signs. */
export async function countStrangers(tx: Tx, keyId: string): Promise<number> {
  const key = JSON.stringify([{ keyid: keyId }])
  const [row] = await tx.execute<{ devices: number }>(sql`
    select count(*)::int as devices from devices d where d.retired_at is null and not exists (
      select from signing_roots r where r.version = d.root_version and r.root->'keys' @> ${key}::jsonb)`)
  return row?.devices ?? 0
}

/** When one of these keys last signed an order, if that was after `since`; by the order's own words, since it may have waited long before. */
export async function findLastSigned(tx: Tx, keyIds: readonly string[], since: Date): Promise<Date | null> {
  const ids = JSON.stringify(keyIds)
  const after = sql`${since.toISOString()}::timestamptz`
  const [row] = await tx.execute<{ at: string | null }>(sql`
    select to_json(max(s.at))#>>'{}' as at from (
      select case when o.envelope->>'payload' ~ '^[A-Za-z0-9+/]+=*$' then
        (convert_from(decode(o.envelope->>'payload', 'base64'), 'utf8')::jsonb->>'issuedAt')::timestamptz end as at
      from work_orders o where o.not_after > ${after} and exists (
        select from jsonb_array_elements(o.envelope->'signatures') g where ${ids}::jsonb ? (g->>'keyid'))) s
    where s.at > ${after}`)
  return row?.at ? new Date(row.at) : null
}
