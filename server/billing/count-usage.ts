import { sql } from 'drizzle-orm'
import { acrossTenants } from '../access.ts'

/** A device that was not seen for longer costs nothing. */
export const seenWithinDays = 30

/**
 * Looks at every device now and writes the ledger of the UTC day that `at` lies in: a number rises to the highest look of its day and never falls, so
 * looking again changes nothing. A device counts that is not retired, was seen in the last 30 days and whose client is not archived. Every MSP gets
 * a row, also with nothing to count. All in one statement: a device that moves is looked at once.
 */
export function countUsage(at: Date): Promise<void> {
  const now = sql`${at.toISOString()}::timestamptz`
  return acrossTenants('usage ledger', async (tx) => {
    await tx.execute(sql`
      with day as (select (${now} at time zone 'UTC')::date as day),
      counted as materialized (
        select d.msp_id, d.client_id, count(*)::int as enrolled,
          count(*) filter (where h.seen_at >= ${now} - make_interval(days => ${seenWithinDays}))::int as active
        from devices d join device_heartbeats h on h.msp_id = d.msp_id and h.device_id = d.id
          join clients c on c.msp_id = d.msp_id and c.id = d.client_id and c.archived_at is null
        where d.retired_at is null group by d.msp_id, d.client_id
      ), of_clients as (
        insert into usage_daily as u (msp_id, client_id, day, enrolled_peak, active_peak)
        select msp_id, client_id, day, enrolled, active from counted, day order by msp_id, client_id
        on conflict (msp_id, client_id, day) do update set enrolled_peak = greatest(u.enrolled_peak, excluded.enrolled_peak),
          active_peak = greatest(u.active_peak, excluded.active_peak)
        where excluded.enrolled_peak > u.enrolled_peak or excluded.active_peak > u.active_peak
      )
      insert into usage_daily_totals as u (msp_id, day, enrolled_peak, active_peak)
      select m.id, day, coalesce(sum(c.enrolled), 0), coalesce(sum(c.active), 0)
      from day, msps m left join counted c on c.msp_id = m.id group by m.id, day order by m.id
      on conflict (msp_id, day) do update set enrolled_peak = greatest(u.enrolled_peak, excluded.enrolled_peak),
        active_peak = greatest(u.active_peak, excluded.active_peak)
      where excluded.enrolled_peak > u.enrolled_peak or excluded.active_peak > u.active_peak`)
  })
}
