import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import { notAllowedNow } from '../errors.ts'
import type { Report } from './document.ts'
import { instant, type Month, restartsOf, standingAt } from './month-rows.ts'

/** How the devices stood at the end, each in exactly one standing, and who came and left since the beginning. */
export async function countStandings(
  tx: Tx,
  clientId: string,
  { from, to }: Month,
): Promise<Pick<Report, 'computers' | 'silent' | 'changes'>> {
  await expectKept(tx, clientId, to)
  const [row] = await tx.execute<Record<string, number>>(sql`
    with at_end as materialized (${standingAt(clientId, to)}), at_start as materialized (${standingAt(clientId, from)})
    select count(*)::int as "all", (count(*) filter (where standing = 'protected'))::int as protected,
      (count(*) filter (where standing = 'late'))::int as late, (count(*) filter (where standing = 'held'))::int as held,
      (count(*) filter (where standing = 'excepted'))::int as excepted,
      (count(*) filter (where standing = 'wait-for-restart'))::int as "waitForRestart",
      (count(*) filter (where standing = 'no-data'))::int as "noData", (count(*) filter (where is_silent))::int as silent,
      (count(*) filter (where not exists (select from at_start s where s.device_id = e.device_id)))::int as came,
      (select count(*)::int from at_start s where not exists (select from at_end g where g.device_id = s.device_id)) as left
    from at_end e`)
  if (!row) throw new Error('a count answered no row')
  const { silent = 0, came = 0, left = 0, all = 0, protected: good = 0, late = 0, held = 0, excepted = 0 } = row
  const { waitForRestart = 0, noData = 0 } = row
  return {
    computers: { all, protected: good, late, held, excepted, waitForRestart, noData },
    silent,
    changes: (await isKept(tx, clientId, from)) ? { came, left } : null,
  }
}

export async function countRestarts(tx: Tx, clientId: string, month: Month): Promise<Report['restarts']> {
  const [row] = await tx.execute<{ done: number; computers: number }>(sql`
    select count(*)::int as done, count(distinct device_id)::int as computers from (${restartsOf(clientId, month)}) t`)
  return row ? { done: row.done, computers: row.computers } : null
}

/** Whether somebody wrote down how all devices that were there at a moment stood: true for a client that had none. */
async function isKept(tx: Tx, clientId: string, at: Date): Promise<boolean> {
  const rows = await tx.execute(sql`
    select from device_places p where p.client_id = ${clientId} and p.arrived_at < ${instant(at)}
      and (p.left_at is null or p.left_at >= ${instant(at)})
      and not exists (select from device_standings s where s.client_id = p.client_id and s.device_id = p.device_id and s.at < ${instant(at)})
    limit 1`)
  return rows.length === 0
}

async function expectKept(tx: Tx, clientId: string, to: Date): Promise<void> {
  if (await isKept(tx, clientId, to)) return
  throw notAllowedNow('How the computers stood in that month was not kept yet, so it cannot be counted')
}
