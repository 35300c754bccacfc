import { sql } from 'drizzle-orm'
import { inTenant } from '../../db/tenant.ts'
import type { Context } from '../context.ts'

/** The ledger as who sees all clients may read it, by name: `2026-11-22 Alder Dental 3 2` (enrolled, active); `all` = the whole company. */
export async function readLedger(ctx: Context, names: Record<string, string>): Promise<string[]> {
  const rows = await inTenant(ctx, (tx) =>
    tx.execute<{ client_id: string | null; day: string; rest: string }>(sql`
      select client_id, day::text, enrolled_peak || ' ' || active_peak as rest from usage_daily
      union all select null, day::text, enrolled_peak || ' ' || active_peak from usage_daily_totals`),
  )
  return rows.map(({ client_id, day, rest }) => `${day} ${client_id ? names[client_id] : 'all'} ${rest}`).sort()
}
