import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import { countRestarts, countStandings } from './count-standings.ts'
import type { Report } from './document.ts'

type Numbers = Pick<Report, 'computers' | 'silent' | 'changes' | 'restarts' | 'updates' | 'takenBack'>

/**
 * The numbers of one client's month [`from`, `to`), from what was written down then: a month that is long past gives them too. Definitions
 * stand beside each field of `document.ts`. Throws *not allowed now* for a month that ended before how devices stood was kept.
 */
export async function countMonth(tx: Tx, clientId: string, { from, to }: { from: Date; to: Date }): Promise<Numbers> {
  const within = (column: SQL) =>
    sql`${column} >= ${from.toISOString()}::timestamptz and ${column} < ${to.toISOString()}::timestamptz`
  return {
    ...(await countStandings(tx, clientId, { from, to })),
    restarts: await countRestarts(tx, clientId, { from, to }),
    updates: { ...(await countUpdates(tx, clientId, within)), bySeverity: await countSeverities(tx, clientId, within) },
    takenBack: await findTakenBack(tx, clientId, within),
  }
}

/** One patch that Patchward proved on one device and that was not taken back in the same month, and how long after its release (or first sight) that was. */
const proofs = (clientId: string, within: (column: SQL) => SQL) => sql`
  select i.device_id, p.severity, greatest(0, extract(epoch from i.proved_at - coalesce(p.released_at, p.first_seen_at)) / 86400) as days,
    u.due_at, i.proved_at
  from plan_items i join patches p on p.msp_id = i.msp_id and p.id = i.patch_id
    left join client_patch_dues u on u.msp_id = i.msp_id and u.client_id = i.client_id and u.patch_id = i.patch_id
  where i.client_id = ${clientId} and ${within(sql`i.proved_at`)} and not coalesce(${within(sql`i.undone_at`)}, false)`

const medianOf = sql`round((percentile_disc(0.5) within group (order by days))::numeric, 2)::float8`
const p95Of = sql`round((percentile_disc(0.95) within group (order by days))::numeric, 2)::float8`

async function countUpdates(tx: Tx, clientId: string, within: (column: SQL) => SQL) {
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
    from (${proofs(clientId, within)}) t`)
  const [tries] = await tx.execute<{ firstTries: number; firstTriesProved: number }>(sql`
    select count(*)::int as "firstTries", (count(*) filter (where i.is_first_proved))::int as "firstTriesProved"
    from plan_items i where i.client_id = ${clientId} and ${within(sql`i.first_ended_at`)}`)
  if (!proved || !tries) throw new Error('a count answered no row')
  return { ...proved, ...tries }
}

const severityOrder = sql`array_position(array['critical', 'important', 'moderate', 'low', 'unknown'], severity)`

async function countSeverities(tx: Tx, clientId: string, within: (column: SQL) => SQL) {
  const rows = await tx.execute<Report['updates']['bySeverity'][number]>(sql`
    select severity, count(*)::int as installed, ${medianOf} as "medianDays", ${p95Of} as "p95Days"
    from (${proofs(clientId, within)}) t group by severity order by ${severityOrder}, severity`)
  return [...rows]
}

/** By patch: where it was undone, and where the same rollouts never brought it because it was stopped. */
async function findTakenBack(tx: Tx, clientId: string, within: (column: SQL) => SQL): Promise<Report['takenBack']> {
  const rows = await tx.execute<Report['takenBack'][number]>(sql`
    with undone as (
      select i.rollout_id, i.patch_id, count(*) as computers from plan_items i
      where i.client_id = ${clientId} and ${within(sql`i.undone_at`)} group by i.rollout_id, i.patch_id)
    select p.name || ' ' || p.version as patch, sum(u.computers)::int as computers,
      sum((select count(*) from plan_items i where i.client_id = ${clientId} and i.rollout_id = u.rollout_id and i.patch_id = u.patch_id
        and i.state in ('planned', 'staged', 'dropped')))::int as spared,
      coalesce((select h.reason from holds h where h.patch_id = u.patch_id and (h.client_id is null or h.client_id = ${clientId})
        order by h.set_at desc limit 1), '') as reason
    from undone u join patches p on p.id = u.patch_id
    group by u.patch_id, p.name, p.version order by computers desc, patch`)
  return [...rows]
}
