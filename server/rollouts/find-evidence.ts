import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import type { RolloutRow } from './rollout-rows.ts'

/** What a gate knows of one device, as the meter draws it; `left` = no longer in the plan (dropped, vanished, overtaken). */
export type EvidenceKind = 'succeeded' | 'pending-reboot' | 'rolled-back' | 'failed' | 'silent' | 'to-report' | 'left'

export interface EvidenceRow extends Record<string, unknown> {
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

/**
 * All plan items of a rollout in groups, one scan whatever its size. A failure that was counted stays one, also when the device undid it;
 * a device that is being taken back has still to report that.
 */
export async function findEvidence(tx: Tx, rollout: RolloutRow): Promise<EvidenceRow[]> {
  const rows = await tx.execute<EvidenceRow>(sql`
    with apart as materialized (
      select id, status <> 'active' as is_silent, is_reboot_pending from devices
      where client_id = ${rollout.clientId} and (status <> 'active' or is_reboot_pending)
    )
    select i.position, i.patch_id, i.undo_class, i.from_version, i.state = 'rolling-back' as is_rolling_back,
      i.state = 'rolled-back' as is_back, i.state = 'rollback-failed' as is_impossible, case
        when i.is_failure_counted or i.state in ('failed', 'rollback-failed') then 'failed'
        when i.state = 'rolled-back' then 'rolled-back'
        when i.state = 'proved' then case when a.is_reboot_pending then 'pending-reboot' else 'succeeded' end
        when i.state in ('dropped', 'vanished', 'overtaken') then 'left'
        when a.is_silent then 'silent'
        else 'to-report' end as kind, count(*)::int as count
    from plan_items i left join apart a on a.id = i.device_id
    where i.rollout_id = ${rollout.id}
    group by 1, 2, 3, 4, 5, 6, 7, 8`)
  return [...rows]
}

export interface DeviceCounts extends Record<string, unknown> {
  all: number
  failed: number
  silent: number
  'rolled-back': number
  'pending-reboot': number
}

/** How many devices stand behind each tab of the device table. */
export async function countDevices(tx: Tx, rollout: RolloutRow): Promise<DeviceCounts> {
  const [row] = await tx.execute<DeviceCounts>(sql`
    with touched as materialized (
      select device_id, bool_or(is_failure_counted or state in ('failed', 'rollback-failed')) as is_failed,
        bool_or(state in ('rolled-back', 'rolling-back', 'rollback-failed')) as is_back
      from plan_items where rollout_id = ${rollout.id}
        and (is_failure_counted or state in ('failed', 'rolled-back', 'rolling-back', 'rollback-failed'))
      group by device_id
    ), apart as (
      select status <> 'active' as is_silent, is_reboot_pending from devices d
      where d.client_id = ${rollout.clientId} and (d.status <> 'active' or d.is_reboot_pending)
        and exists (select from plan_items i where i.msp_id = d.msp_id and i.rollout_id = ${rollout.id} and i.device_id = d.id)
    )
    select (select coalesce(sum(device_count), 0)::int from rollout_rings where rollout_id = ${rollout.id}) as "all",
      (select (count(*) filter (where is_failed))::int from touched) as failed,
      (select (count(*) filter (where is_back))::int from touched) as "rolled-back",
      (select (count(*) filter (where is_silent))::int from apart) as silent,
      (select (count(*) filter (where is_reboot_pending))::int from apart) as "pending-reboot"`)
  return row ?? { all: 0, failed: 0, silent: 0, 'rolled-back': 0, 'pending-reboot': 0 }
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
