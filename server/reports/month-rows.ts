import { type SQL, sql } from 'drizzle-orm'

/** The rows that the numbers of a month are counted from: the counts and the lists behind them read these alone, so that they cannot differ. */

/** A span of time, `to` no longer in it. */
export interface Month {
  from: Date
  to: Date
}
/** Whether a column of times lies within a month. */
export type Within = (column: SQL) => SQL

export const instant = (at: Date) => sql`${at.toISOString()}::timestamptz`
export const withinMonth =
  ({ from, to }: Month): Within =>
  (column) =>
    sql`${column} >= ${instant(from)} and ${column} < ${instant(to)}`

/**
 * The last word on each device of a client before a moment, those that were gone left out. Last is what was written last: a sweep dates its
 * words by its begin, and the door may have told of a device meanwhile.
 */
export const standingAt = (clientId: string, at: Date): SQL => sql`
  select device_id, standing, is_silent, at from (
    select distinct on (device_id) device_id, standing, is_silent, at from device_standings
    where client_id = ${clientId} and at < ${instant(at)} order by device_id, id desc) newest
  where standing <> 'gone'`

/** A restart that an update waited for: from pending to not pending, on a device that stayed. */
export const restartsOf = (clientId: string, { from, to }: Month): SQL => sql`
  select device_id, at from (
    select device_id, at, standing, is_restart_pending, lag(is_restart_pending) over (partition by device_id order by id) as was_pending
    from device_standings where client_id = ${clientId} and at < ${instant(to)}) told
  where at >= ${instant(from)} and was_pending and not is_restart_pending and standing <> 'gone'`

/** One patch that Patchward proved on one device and that was not taken back in the same month, and how long after its release (or first sight) that was. */
export const proofsOf = (clientId: string, within: Within): SQL => sql`
  select i.device_id, i.patch_id, p.severity, greatest(0, extract(epoch from i.proved_at - coalesce(p.released_at, p.first_seen_at)) / 86400) as days,
    u.due_at, i.proved_at
  from plan_items i join patches p on p.msp_id = i.msp_id and p.id = i.patch_id
    left join client_patch_dues u on u.msp_id = i.msp_id and u.client_id = i.client_id and u.patch_id = i.patch_id
  where i.client_id = ${clientId} and ${within(sql`i.proved_at`)} and not coalesce(${within(sql`i.undone_at`)}, false)`

/** First attempts of one patch on one device that ended in the month, whatever a retry brought. */
export const firstTriesOf = (clientId: string, within: Within): SQL => sql`
  select i.device_id, i.patch_id, i.first_ended_at, i.is_first_proved from plan_items i
  where i.client_id = ${clientId} and ${within(sql`i.first_ended_at`)}`

/** What was installed on a device and taken back there in the month. */
export const undoneOf = (clientId: string, within: Within): SQL => sql`
  select i.rollout_id, i.device_id, i.patch_id, i.undone_at from plan_items i
  where i.client_id = ${clientId} and ${within(sql`i.undone_at`)}`

/** Where a rollout that was taken back in the month would have brought the patch, and never did. */
export const sparedOf = (clientId: string, within: Within): SQL => sql`
  select i.rollout_id, i.device_id, i.patch_id from plan_items i
  where i.client_id = ${clientId} and i.state in ('planned', 'staged', 'dropped')
    and (i.rollout_id, i.patch_id) in (select u.rollout_id, u.patch_id from (${undoneOf(clientId, within)}) u)`
