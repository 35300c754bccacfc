import { type SQL, sql } from 'drizzle-orm'
import { acrossTenants, type Tx } from '../access.ts'
import { refreshDues } from '../due-dates/refresh-dues.ts'
import { isInForce } from '../exceptions/in-force.ts'
import { uuids } from '../uuid-array.ts'

/** No data for this long counts as unknown, never as compliant (DESIGN "Compliant"). */
const noDataHours = 72
const missedCheckIns = 3
/** The advisory lock of counting: any number that no other lock of the product uses. */
export const countLock = 7_266_001

/**
 * The fleet sweep: the numbers of each patch that a client lacks and when it is due, silent and no-data states, past-due marks, the numbers of
 * each client. `clientIds` null = all clients. Compliant (`protected`): seen and looked at, no patch past its due date, no pending reboot;
 * approving nothing makes nobody compliant. What an exception keeps off is not past due, and does not make anybody compliant either.
 */
export async function refreshFleet(at: Date, checkInMs: number, clientIds: readonly string[] | null): Promise<void> {
  const now = sql`${at.toISOString()}::timestamptz`
  const only = (column: SQL) => (clientIds === null ? sql`true` : sql`${column} = any (${uuids(clientIds)})`)
  // Dates are for what somebody lacks, marks by those dates.
  const firstCounted = await acrossTenants('missing patches', (tx) => countPatches(tx, only))
  await refreshDues(at, clientIds)
  await acrossTenants('fleet status', async (tx) => {
    await judgeDevices(tx, now, checkInMs, only)
    await countDevices(tx, now, only(sql`c.id`))
    if (firstCounted.length > 0)
      await tx.execute(
        sql`update client_statuses set patches_counted_since = ${now} where client_id = any (${uuids(firstCounted)})`,
      )
  })
}

/** Which patches are late is settled once for each client, not for each device. */
async function judgeDevices(tx: Tx, now: SQL, checkInMs: number, only: (column: SQL) => SQL): Promise<void> {
  await tx.execute(sql`
    with late as materialized (
      select u.msp_id, u.client_id, u.patch_id, exists (select from holds h where h.msp_id = u.msp_id and h.patch_id = u.patch_id
          and h.lifted_at is null and (h.client_id is null or h.client_id = u.client_id)) as is_held,
        exists (select from exceptions e where e.msp_id = u.msp_id and e.client_id = u.client_id and ${isInForce(now)}) as has_exceptions
      from client_patch_dues u join client_patch_counts k on k.msp_id = u.msp_id and k.client_id = u.client_id and k.patch_id = u.patch_id
      where u.due_at < ${now} and ${only(sql`u.client_id`)}
    ), past_due as materialized (
      -- By all that is late on a device: is something kept back by nobody, is something excepted, is all of it.
      select t.msp_id, t.device_id, bool_or(not l.is_held and not x.is_excepted) as is_open, bool_or(x.is_excepted) as has_excepted,
        bool_and(x.is_excepted) as is_all_excepted
      from late l join device_patches t on t.msp_id = l.msp_id
        and t.client_id = l.client_id and t.patch_id = l.patch_id and t.resolved_at is null
        cross join lateral (select l.has_exceptions and door.is_excepted(${now}, t.msp_id, t.device_id, t.patch_id) as is_excepted) x
      group by 1, 2
    ), blind as materialized (
      -- It checks in but cannot be looked at: what is known is old, or never was.
      select v.msp_id, v.device_id from device_inventories v join devices b on b.msp_id = v.msp_id and b.id = v.device_id
      where (v.trouble <> '' or v.scanned_at is null) and ${only(sql`v.client_id`)}
        and coalesce(v.scanned_at, case when v.trouble = '' then b.enrolled_at else '-infinity' end)
          < ${now} - make_interval(hours => ${noDataHours})
    ), known as (
      select h.msp_id, h.device_id, h.seen_at, o.device_id is not null and not o.is_all_excepted as is_past_due,
        case when o.is_open then 'late' when o.has_excepted then 'excepted' when o.device_id is not null then 'held' end as late_standing,
        case when h.seen_at < ${now} - make_interval(hours => ${noDataHours}) or l.device_id is not null then 'no-data'
          when h.seen_at < ${now} - make_interval(secs => ${(checkInMs / 1000) * missedCheckIns}::float8) then 'silent'
          else 'active' end as status
      from device_heartbeats h left join past_due o on o.msp_id = h.msp_id and o.device_id = h.device_id
        left join blind l on l.msp_id = h.msp_id and l.device_id = h.device_id
    ), judged as (
      select k.*, case when k.status = 'no-data' then 'no-data' when k.late_standing is not null then k.late_standing
        when d.is_reboot_pending then 'wait-for-restart' else 'protected' end as standing
      from known k join devices d on d.msp_id = k.msp_id and d.id = k.device_id
      where d.retired_at is null and ${only(sql`d.client_id`)}
    )
    update devices d set status = j.status, is_past_due = j.is_past_due, standing = j.standing, last_seen_at = j.seen_at, judged_at = ${now}
    from judged j where d.msp_id = j.msp_id and d.id = j.device_id and d.retired_at is null
      and ((d.status, d.is_past_due, d.standing) is distinct from (j.status, j.is_past_due, j.standing)
        or d.last_seen_at < j.seen_at - interval '1 minute')`)
}

/** A client whose last device was retired counts none. */
async function countDevices(tx: Tx, now: SQL, isWanted: SQL): Promise<void> {
  await tx.execute(sql`
    insert into client_statuses as s (msp_id, client_id, devices, compliant, reboot_pending, past_due, silent, no_data, failed, refreshed_at)
    select c.msp_id, c.id, count(d.id), count(d.id) filter (where standing = 'protected'),
      count(d.id) filter (where is_reboot_pending), count(d.id) filter (where is_past_due), count(d.id) filter (where status = 'silent'),
      count(d.id) filter (where status = 'no-data'), count(d.id) filter (where failed_count > 0), ${now}
    from clients c left join devices d on d.msp_id = c.msp_id and d.client_id = c.id and d.retired_at is null
    where ${isWanted} group by c.msp_id, c.id order by 1, 2
    on conflict (msp_id, client_id) do update set devices = excluded.devices, compliant = excluded.compliant,
      reboot_pending = excluded.reboot_pending, past_due = excluded.past_due, silent = excluded.silent, no_data = excluded.no_data,
      failed = excluded.failed, refreshed_at = excluded.refreshed_at
    where (s.devices, s.compliant, s.reboot_pending, s.past_due, s.silent, s.no_data, s.failed) is distinct from
      (excluded.devices, excluded.compliant, excluded.reboot_pending, excluded.past_due, excluded.silent, excluded.no_data, excluded.failed)`)
}

/** What `device_patches` holds now, in one row for each client and patch; rows that nobody lacks any more go. Answers which clients are new to it. */
async function countPatches(tx: Tx, only: (column: SQL) => SQL): Promise<string[]> {
  // Taken before the count looks: of two sweeps over one client the later one has the last word.
  await tx.execute(sql`select pg_advisory_xact_lock(${sql.raw(String(countLock))})`)
  // Who is new is asked before the count too: a client that comes meanwhile is not taken for counted.
  const first = await tx.execute<{ id: string }>(sql`
    select c.id from clients c left join client_statuses s on s.msp_id = c.msp_id and s.client_id = c.id
    where s.patches_counted_since is null and ${only(sql`c.id`)}`)
  await tx.execute(sql`
    with fresh as materialized (
      select t.msp_id, t.client_id, t.patch_id, count(*) filter (where undo_class = 'kept') as kept,
        count(*) filter (where undo_class = 'fetchable') as fetchable, count(*) filter (where undo_class = 'snapshot') as snapshot,
        count(*) filter (where undo_class = 'none') as none
      from device_patches t where t.resolved_at is null and ${only(sql`t.client_id`)}
        and t.device_id not in (select id from devices where retired_at is not null)
      group by t.msp_id, t.client_id, t.patch_id
    ), gone as (
      delete from client_patch_counts s where ${only(sql`s.client_id`)} and not exists (select from fresh f
        where f.msp_id = s.msp_id and f.client_id = s.client_id and f.patch_id = s.patch_id)
    )
    insert into client_patch_counts as s (msp_id, client_id, patch_id, kept, fetchable, snapshot, none)
    select msp_id, client_id, patch_id, kept, fetchable, snapshot, none from fresh
    on conflict (msp_id, client_id, patch_id) do update set kept = excluded.kept, fetchable = excluded.fetchable,
      snapshot = excluded.snapshot, none = excluded.none
    where (s.kept, s.fetchable, s.snapshot, s.none) is distinct from (excluded.kept, excluded.fetchable, excluded.snapshot, excluded.none)`)
  return first.map((client) => client.id)
}
