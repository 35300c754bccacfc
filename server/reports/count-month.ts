import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import { countRestarts, countStandings } from './count-standings.ts'
import type { Report } from './document.ts'
import { firstTriesOf, proofsOf, sparedOf, undoneOf, type Within, withinMonth } from './month-rows.ts'

type Numbers = Pick<Report, 'computers' | 'silent' | 'changes' | 'restarts' | 'updates' | 'takenBack'>

/**
 * The numbers of one client's month [`from`, `to`), from what was written down then: a month that is long past gives them too. Definitions
 * stand beside each field of `document.ts`. Throws *not allowed now* for a month that ended before how devices stood was kept.
 */
export async function countMonth(tx: Tx, clientId: string, { from, to }: { from: Date; to: Date }): Promise<Numbers> {
  const within = withinMonth({ from, to })
  return {
    ...(await countStandings(tx, clientId, { from, to })),
    restarts: await countRestarts(tx, clientId, { from, to }),
    updates: { ...(await countUpdates(tx, clientId, within)), bySeverity: await countSeverities(tx, clientId, within) },
    takenBack: await findTakenBack(tx, clientId, within),
  }
}

const medianOf = sql`round((percentile_disc(0.5) within group (order by days))::numeric, 2)::float8`
const p95Of = sql`round((percentile_disc(0.95) within group (order by days))::numeric, 2)::float8`

async function countUpdates(tx: Tx, clientId: string, within: Within) {
  const [proved] = await tx.execute<{
    installed: number
    computers: number
    medianDays: number | null
    p95Days: number | null
    withDueDate: number
    inTime: number
  }>(sql`
    select count(*)::int as installed, count(distinct device_id)::int as computers, ${medianOf} as "medianDays", ${p95Of} as "p95Days",
      count(due_at)::int as "withDueDate", (count(*) filter (where proved_at <= due_at))::int as "inTime"
    from (${proofsOf(clientId, within)}) t`)
  const [tries] = await tx.execute<{ firstTries: number; firstTriesProved: number }>(sql`
    select count(*)::int as "firstTries", (count(*) filter (where is_first_proved))::int as "firstTriesProved"
    from (${firstTriesOf(clientId, within)}) t`)
  if (!proved || !tries) throw new Error('a count answered no row')
  return { ...proved, ...tries }
}

const severityOrder = sql`array_position(array['critical', 'important', 'moderate', 'low', 'unknown'], severity)`

async function countSeverities(tx: Tx, clientId: string, within: Within) {
  const rows = await tx.execute<Report['updates']['bySeverity'][number]>(sql`
    select severity, count(*)::int as installed, ${medianOf} as "medianDays", ${p95Of} as "p95Days"
    from (${proofsOf(clientId, within)}) t group by severity order by ${severityOrder}, severity`)
  return [...rows]
}

/** By patch: where it was undone, and where the same rollouts never brought it because it was stopped. */
async function findTakenBack(tx: Tx, clientId: string, within: Within): Promise<Report['takenBack']> {
  const rows = await tx.execute<Report['takenBack'][number]>(sql`
    with undone as (select patch_id, count(*) as computers from (${undoneOf(clientId, within)}) t group by patch_id),
      spared as (select patch_id, count(*) as computers from (${sparedOf(clientId, within)}) t group by patch_id)
    select p.name || ' ' || p.version as patch, u.computers::int as computers, coalesce(s.computers, 0)::int as spared,
      coalesce((select h.reason from holds h where h.patch_id = u.patch_id and (h.client_id is null or h.client_id = ${clientId})
        order by h.set_at desc limit 1), '') as reason
    from undone u join patches p on p.id = u.patch_id left join spared s on s.patch_id = u.patch_id
    order by computers desc, patch`)
  return [...rows]
}
