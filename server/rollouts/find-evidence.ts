import { sql } from 'drizzle-orm'
import type { planItems } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { RolloutRow } from './rollout-rows.ts'

/** What a gate knows of one device, as the meter draws it; `left` = no longer in the plan (dropped, vanished, overtaken). */
export type EvidenceKind = 'succeeded' | 'pending-reboot' | 'rolled-back' | 'failed' | 'silent' | 'to-report' | 'left'

export interface EvidenceRow {
  position: number
  patch_id: string
  kind: EvidenceKind
  undo_class: 'kept' | 'fetchable' | 'snapshot' | 'none'
  from_version: string | null
  is_rolling_back: boolean
  /** It had the patch and is at its former version again. */
  is_back: boolean
  is_impossible: boolean
  count: number
}

/** How many devices stand behind each tab of the device table. */
export interface DeviceCounts {
  all: number
  failed: number
  silent: number
  'rolled-back': number
  'pending-reboot': number
}

/** Plan items that are alike; `is_silent` and `is_reboot_pending` are null in a group that does not look at the device. */
interface Group {
  position: number
  patch_id: string
  undo_class: EvidenceRow['undo_class']
  from_version: string | null
  state: (typeof planItems.$inferSelect)['state']
  is_failure_counted: boolean
  is_silent: boolean | null
  is_reboot_pending: boolean | null
  count: number
}
interface Found extends DeviceCounts, Record<string, unknown> {
  alike: Group[]
  apart: Group[]
}

/**
 * All plan items of a rollout in groups, in one statement: read now, because people decide by it. One scan without a join, whatever its
 * size; then the few devices that are silent or wait for a restart, which are taken out of the first groups again.
 */
export async function findEvidence(
  tx: Tx,
  rollout: RolloutRow,
): Promise<{ rows: EvidenceRow[]; counts: DeviceCounts }> {
  const ofClient = sql`msp_id = ${rollout.mspId} and client_id = ${rollout.clientId}`
  const ofRollout = sql`i.msp_id = ${rollout.mspId} and i.rollout_id = ${rollout.id}`
  const [found] = await tx.execute<Found>(sql`
    with away as materialized (
      select id, true as is_silent, is_reboot_pending from devices where ${ofClient} and retired_at is null and status <> 'active'
      union all
      select id, false, true from devices where ${ofClient} and retired_at is null and is_reboot_pending and status = 'active'
      union all
      select id, status <> 'active', is_reboot_pending from devices
      where ${ofClient} and retired_at is not null and (status <> 'active' or is_reboot_pending)
    ), moved as materialized (
      select i.device_id, i.position, i.patch_id, i.undo_class, i.from_version, i.state, i.is_failure_counted, a.is_silent, a.is_reboot_pending
      from away a join plan_items i on ${ofRollout} and i.device_id = a.id
    ), touched as materialized (
      select device_id, bool_or(is_failure_counted or state in ('failed', 'rollback-failed')) as is_failed,
        bool_or(state in ('rolled-back', 'rolling-back', 'rollback-failed')) as is_back
      from plan_items i where ${ofRollout}
        and (is_failure_counted or state in ('failed', 'rolling-back', 'rolled-back', 'rollback-failed'))
      group by device_id
    )
    select (select coalesce(json_agg(g), '[]') from (
        select position, patch_id, undo_class, from_version, state, is_failure_counted, count(*) as count
        from plan_items i where ${ofRollout} group by 1, 2, 3, 4, 5, 6) g) as alike,
      (select coalesce(json_agg(g), '[]') from (
        select position, patch_id, undo_class, from_version, state, is_failure_counted, is_silent, is_reboot_pending, count(*) as count
        from moved group by 1, 2, 3, 4, 5, 6, 7, 8) g) as apart,
      (select coalesce(sum(device_count), 0)::int from rollout_rings i where ${ofRollout}) as "all",
      (select (count(*) filter (where is_failed))::int from touched) as failed,
      (select (count(*) filter (where is_back))::int from touched) as "rolled-back",
      (select (count(distinct device_id) filter (where is_silent))::int from moved) as silent,
      (select (count(distinct device_id) filter (where is_reboot_pending))::int from moved) as "pending-reboot"`)
  if (!found) throw new Error('counting gave no row')
  const { alike, apart, ...counts } = found
  return { rows: mergeGroups(alike, apart).map(toEvidence), counts }
}

/** Of one statement, so the second are among the first. */
function mergeGroups(alike: readonly Group[], apart: readonly Group[]): Group[] {
  const keyOf = (group: Group) =>
    [group.position, group.patch_id, group.undo_class, group.from_version, group.state, group.is_failure_counted].join()
  const taken = new Map<string, number>()
  for (const group of apart) taken.set(keyOf(group), (taken.get(keyOf(group)) ?? 0) + group.count)
  const rest = alike.map((group) => ({ ...group, count: group.count - (taken.get(keyOf(group)) ?? 0) }))
  return [...rest.filter((group) => group.count > 0), ...apart]
}

function toEvidence({ position, patch_id, undo_class, from_version, state, count, ...group }: Group): EvidenceRow {
  return {
    ...{ position, patch_id, undo_class, from_version, count, kind: kindOf({ state, ...group }) },
    is_rolling_back: state === 'rolling-back',
    is_back: state === 'rolled-back',
    is_impossible: state === 'rollback-failed',
  }
}

/** A failure that was counted stays one, also when the device undid it; a device that is being taken back has still to report that. */
function kindOf({
  state,
  is_failure_counted,
  is_silent,
  is_reboot_pending,
}: Pick<Group, 'state' | 'is_failure_counted' | 'is_silent' | 'is_reboot_pending'>): EvidenceKind {
  if (is_failure_counted || state === 'failed' || state === 'rollback-failed') return 'failed'
  if (state === 'rolled-back') return 'rolled-back'
  if (state === 'proved') return is_reboot_pending ? 'pending-reboot' : 'succeeded'
  if (state === 'dropped' || state === 'vanished' || state === 'overtaken') return 'left'
  return is_silent ? 'silent' : 'to-report'
}

export interface UnderWay {
  /** Devices that hold a permit they used or may use, and that report. */
  finishing: number
  /** Devices that hold one and are silent: nobody can reach them. */
  unreachable: number
  /** Until when an unreachable device may still start; null when all of them are past that. */
  unreachableUntil: Date | null
}

/** How long a start permit may be used (DESIGN "Stop"). */
const permitMs = 10 * 60_000

/** What a pause cannot stop any more: running transactions are finished, permits that were given may be used. */
export async function findUnderWay(tx: Tx, rollout: RolloutRow, now: Date): Promise<UnderWay> {
  const open = new Date(now.getTime() - permitMs).toISOString()
  const [row] = await tx.execute<{ finishing: number; unreachable: number; last_ms: number | null }>(sql`
    select (count(*) filter (where d.status = 'active'))::int as finishing,
      (count(*) filter (where d.status <> 'active'))::int as unreachable,
      (extract(epoch from max(o.permitted_at) filter (where d.status <> 'active' and o.permitted_at > ${open}::timestamptz)) * 1000)::float8 as last_ms
    from work_orders o join devices d on d.msp_id = o.msp_id and d.id = o.device_id
    where o.rollout_id = ${rollout.id} and o.verb = 'install' and o.state = 'open' and o.permitted_at is not null
      and (o.permitted_at > ${open}::timestamptz or o.device_state in ('permitted', 'installing', 'failed', 'rolling-back'))`)
  const lastMs = row?.last_ms ?? null
  return {
    finishing: row?.finishing ?? 0,
    unreachable: row?.unreachable ?? 0,
    unreachableUntil: lastMs === null ? null : new Date(lastMs + permitMs),
  }
}
