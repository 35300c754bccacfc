import { sql } from 'drizzle-orm'
import { acrossTenants } from '../access.ts'

/** No data for this long counts as unknown, never as compliant (DESIGN "Compliant"). */
const noDataHours = 72
const missedCheckIns = 3

/**
 * The fleet sweep: silent and no-data states, past-due marks, and the numbers of each client. `clientIds` null = all clients.
 * Compliant: seen, no security or critical patch past its due date, no pending reboot; approving nothing makes nobody compliant.
 */
export function refreshFleet(at: Date, checkInMs: number, clientIds: readonly string[] | null): Promise<void> {
  const now = at.toISOString()
  const only = clientIds === null ? sql`true` : sql`d.client_id = any (${`{${clientIds.join(',')}}`}::uuid[])`
  return acrossTenants('fleet status', async (tx) => {
    await tx.execute(sql`
      with judged as (
        select d.msp_id, d.id, h.seen_at,
          case when h.seen_at < ${now}::timestamptz - make_interval(hours => ${noDataHours}) then 'no-data'
            when h.seen_at < ${now}::timestamptz - make_interval(secs => ${(checkInMs / 1000) * missedCheckIns}::float8) then 'silent'
            else 'active' end as status,
          exists (select from device_patches t join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
            where t.msp_id = d.msp_id and t.device_id = d.id and t.resolved_at is null and p.classification in ('security', 'critical')
              and coalesce(p.released_at, p.first_seen_at) < ${now}::timestamptz - make_interval(days => coalesce(
                (select (y.document->>'dueDays')::int from policies y where y.msp_id = d.msp_id and y.client_id = d.client_id order by version desc limit 1),
                (select (y.document->>'dueDays')::int from policies y where y.msp_id = d.msp_id and y.client_id is null order by version desc limit 1), 14))
          ) as is_past_due
        from devices d join device_heartbeats h on h.msp_id = d.msp_id and h.device_id = d.id
        where d.retired_at is null and ${only}
      )
      update devices d set status = j.status, is_past_due = j.is_past_due, last_seen_at = j.seen_at from judged j
      where d.msp_id = j.msp_id and d.id = j.id and ((d.status, d.is_past_due) is distinct from (j.status, j.is_past_due)
        or d.last_seen_at < j.seen_at - interval '1 minute')`)
    await tx.execute(sql`
      insert into client_statuses as s (msp_id, client_id, devices, compliant, reboot_pending, past_due, silent, no_data, failed, refreshed_at)
      select d.msp_id, d.client_id, count(*), count(*) filter (where not is_past_due and not is_reboot_pending and status <> 'no-data'),
        count(*) filter (where is_reboot_pending), count(*) filter (where is_past_due), count(*) filter (where status = 'silent'),
        count(*) filter (where status = 'no-data'), count(*) filter (where failed_count > 0), ${now}::timestamptz
      from devices d where d.retired_at is null and ${only} group by d.msp_id, d.client_id
      on conflict (msp_id, client_id) do update set devices = excluded.devices, compliant = excluded.compliant,
        reboot_pending = excluded.reboot_pending, past_due = excluded.past_due, silent = excluded.silent, no_data = excluded.no_data,
        failed = excluded.failed, refreshed_at = excluded.refreshed_at
      where (s.devices, s.compliant, s.reboot_pending, s.past_due, s.silent, s.no_data, s.failed) is distinct from
        (excluded.devices, excluded.compliant, excluded.reboot_pending, excluded.past_due, excluded.silent, excluded.no_data, excluded.failed)`)
  })
}
