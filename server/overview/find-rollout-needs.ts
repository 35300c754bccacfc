import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import { frozenPolicy } from '../rollouts/frozen-policy.ts'
import { maxAttempts } from '../rollouts/rules.ts'
import type { Need } from './rules.ts'

const most = 100
const shownHosts = 4
const dayMs = 24 * 3_600_000

interface Place extends Record<string, unknown> {
  rollout_id: string
  number: number
  client_id: string
  client: string
}
// Each query below narrows down in steps that are planned apart: one join of eight tables under row-level security takes longer to plan
// than to run.
const place = sql`o.id as rollout_id, o.number, o.client_id, c.name as client`
const ofPlace = (row: Place) => ({
  rollout: { id: row.rollout_id, number: row.number },
  client: { id: row.client_id, name: row.client },
})

/** Gates of running rollouts that ask a person, one a ring. Due within a day = today. */
export async function findGateNeeds(tx: Tx, now: Date): Promise<Need[]> {
  interface Row extends Place {
    position: number
    ring: string
    patches: string[]
    patch_count: number
    reason: string
    proved: number
    due: number
    since: string | null
    first_due: string | null
  }
  const rows = await tx.execute<Row>(sql`
    select ${place}, r.position, r.name as ring, (array_agg(p.name || ' ' || p.version order by p.name))[1:4] as patches,
      count(*)::int as patch_count, min(g.verdict_reason) as reason, sum(g.proved)::int as proved, sum(g.due)::int as due,
      to_json(min(g.verdict_at))#>>'{}' as since,
      to_json(min(u.due_at))#>>'{}' as first_due
    from ring_patches g
      join rollouts o on o.msp_id = g.msp_id and o.id = g.rollout_id and o.state = 'running'
      join rollout_rings r on r.msp_id = g.msp_id and r.rollout_id = g.rollout_id and r.position = g.position
      join patches p on p.msp_id = g.msp_id and p.id = g.patch_id
      join clients c on c.msp_id = o.msp_id and c.id = o.client_id
      left join client_patch_dues u on u.msp_id = g.msp_id and u.client_id = o.client_id and u.patch_id = g.patch_id
    where g.verdict = 'asking'
    group by o.msp_id, o.id, c.id, c.name, r.position, r.name order by min(g.verdict_at) limit ${most}`)
  return rows.map((row) => ({
    kind: 'gate-asks',
    key: `${row.rollout_id} ${row.position}`,
    isToday: row.first_due !== null && new Date(row.first_due).getTime() < now.getTime() + dayMs,
    ...ofPlace(row),
    ringName: row.ring,
    patches: row.patches,
    patchCount: row.patch_count,
    reason: row.reason,
    proved: row.proved,
    due: row.due,
    at: row.since === null ? null : new Date(row.since),
  }))
}

/**
 * Devices on which a patch could not be taken back and where the last scan still shows it, or shows trouble. A package that a person
 * put right leaves the list with the next scan.
 */
export async function findRollbackNeeds(tx: Tx): Promise<Need[]> {
  interface Row extends Place {
    patch_id: string
    patch: string
    hosts: string[]
    devices: number
    since: string
  }
  const rows = await tx.execute<Row>(sql`
    with stuck as materialized (
      select i.msp_id, i.rollout_id, i.device_id, i.patch_id, i.state_at from ring_patches g
        join plan_items i on i.msp_id = g.msp_id and i.rollout_id = g.rollout_id and i.position = g.position and i.patch_id = g.patch_id
          and i.state = 'rollback-failed'
      where g.roll_back_at is not null
    ), still as materialized (
      select i.*, p.name || ' ' || p.version as patch, d.host_name from stuck i
        join devices d on d.msp_id = i.msp_id and d.id = i.device_id and d.retired_at is null
        join patches p on p.msp_id = i.msp_id and p.id = i.patch_id
      where not exists (select from device_inventories v where v.msp_id = i.msp_id and v.device_id = i.device_id
        and v.received_at > i.state_at and v.trouble = '' and not exists (select from package_versions x where x.msp_id = v.msp_id
          and x.manager = p.manager and x.name = p.name and x.version = p.version and x.id = any (v.package_version_ids)))
    )
    select ${place}, i.patch_id, i.patch, (array_agg(i.host_name order by i.host_name))[1:${sql.raw(String(shownHosts))}] as hosts,
      count(*)::int as devices, to_json(min(i.state_at))#>>'{}' as since
    from still i
      join rollouts o on o.msp_id = i.msp_id and o.id = i.rollout_id
      join clients c on c.msp_id = o.msp_id and c.id = o.client_id
    group by o.msp_id, o.id, c.id, c.name, i.patch_id, i.patch order by min(i.state_at) limit ${most}`)
  return rows.map((row) => ({
    kind: 'rollback-failed',
    key: `${row.rollout_id} ${row.patch_id}`,
    isToday: true,
    ...ofPlace(row),
    patch: row.patch,
    hosts: row.hosts,
    devices: row.devices,
    at: new Date(row.since),
  }))
}

/** Failed devices of running rollouts whose next attempt a person may order (as `deviceCan.retry`). */
export async function findRetryNeeds(tx: Tx): Promise<Need[]> {
  interface Row extends Place {
    hosts: string[]
    devices: number
    patches: string[]
  }
  const rows = await tx.execute<Row>(sql`
    with gates as materialized (
      select g.msp_id, g.rollout_id, g.position, g.patch_id from rollouts o
        join rollout_rings r on r.msp_id = o.msp_id and r.rollout_id = o.id and r.state in ('open', 'closed')
        join ring_patches g on g.msp_id = r.msp_id and g.rollout_id = r.rollout_id and g.position = r.position
          and g.failed > 0 and not g.is_stopped and g.roll_back_at is null
      where o.state = 'running' and not exists (select from holds h where h.patch_id = g.patch_id and h.lifted_at is null
        and (h.client_id is null or h.client_id = o.client_id))
    ), failed as materialized (
      select i.msp_id, i.rollout_id, i.device_id, i.patch_id, d.host_name from gates g
        join plan_items i on i.msp_id = g.msp_id and i.rollout_id = g.rollout_id and i.position = g.position and i.patch_id = g.patch_id
          and i.state in ('failed', 'rolled-back') and i.is_claimed
        join devices d on d.msp_id = i.msp_id and d.id = i.device_id and d.retired_at is null
      where not exists (select from work_orders w where w.msp_id = i.msp_id and w.rollout_id = i.rollout_id and w.device_id = i.device_id
        and w.verb = 'install' and (w.state in ('unsigned', 'ready', 'open') or w.attempt >= ${maxAttempts}))
    )
    select ${place}, (array_agg(distinct i.host_name))[1:${sql.raw(String(shownHosts))}] as hosts,
      count(distinct i.device_id)::int as devices, (array_agg(distinct p.name || ' ' || p.version))[1:4] as patches
    from failed i
      join rollouts o on o.msp_id = i.msp_id and o.id = i.rollout_id
      join patches p on p.msp_id = i.msp_id and p.id = i.patch_id
      join clients c on c.msp_id = o.msp_id and c.id = o.client_id
    group by o.msp_id, o.id, c.id, c.name order by o.number limit ${most}`)
  return rows.map((row) => ({
    kind: 'retry',
    key: row.rollout_id,
    isToday: false,
    ...ofPlace(row),
    hosts: row.hosts,
    devices: row.devices,
    patches: row.patches,
  }))
}

/** Install orders of an open ring whose window shut within the last day without a start. A paused rollout misses nothing. */
export async function findMissedWindows(tx: Tx, now: Date): Promise<Need[]> {
  interface Row extends Place {
    position: number
    ring: string
    policy: Record<string, unknown>
    hosts: string[]
    devices: number
    away: number
    shut: string
  }
  const at = sql`${now.toISOString()}::timestamptz`
  const rows = await tx.execute<Row>(sql`
    with shut as materialized (
      select w.msp_id, w.rollout_id, w.position, w.time_zone, max(w.opens_at) as opens_at, max(w.last_start_at) as last_start_at,
        max(w.closes_at) as closes_at
      from ring_windows w join rollout_rings r on r.msp_id = w.msp_id and r.rollout_id = w.rollout_id and r.position = w.position
          and r.state = 'open'
        join rollouts o on o.msp_id = w.msp_id and o.id = w.rollout_id and o.state = 'running' and not o.is_stopped
      where w.closes_at <= ${at} and w.closes_at > ${at} - interval '1 day' group by 1, 2, 3, 4
    ), missed as materialized (
      select s.msp_id, s.rollout_id, s.position, s.opens_at, s.closes_at, d.id as device_id, d.host_name from shut s
        join work_orders w on w.msp_id = s.msp_id and w.rollout_id = s.rollout_id and w.position = s.position and w.verb = 'install'
          and w.state in ('unsigned', 'ready', 'open') and w.permitted_at is null and w.created_at < s.last_start_at
        join devices d on d.msp_id = w.msp_id and d.id = w.device_id and d.retired_at is null and s.time_zone in (d.time_zone, '*')
    )
    select ${place}, s.position, r.name as ring, o.policy,
      (array_agg(distinct s.host_name))[1:${sql.raw(String(shownHosts))}] as hosts, count(distinct s.device_id)::int as devices,
      count(distinct s.device_id) filter (where h.seen_at < s.opens_at)::int as away, to_json(max(s.closes_at))#>>'{}' as shut
    from missed s
      join rollouts o on o.msp_id = s.msp_id and o.id = s.rollout_id
      join rollout_rings r on r.msp_id = s.msp_id and r.rollout_id = s.rollout_id and r.position = s.position
      left join device_heartbeats h on h.msp_id = s.msp_id and h.device_id = s.device_id
      join clients c on c.msp_id = o.msp_id and c.id = o.client_id
    group by o.msp_id, o.id, c.id, c.name, s.position, r.name order by max(s.closes_at) desc limit ${most}`)
  return rows.map((row) => ({
    kind: 'missed-window',
    key: `${row.rollout_id} ${row.position}`,
    isToday: false,
    ...ofPlace(row),
    ringName: row.ring,
    hosts: row.hosts,
    devices: row.devices,
    away: row.away,
    shutAt: new Date(row.shut),
    catchesUp: frozenPolicy(row).missedWindow,
  }))
}
