import { sql } from 'drizzle-orm'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { findStop } from './changes-row.ts'

/** The kill switch of the company, and what it could not hold back just now: of the clients the person sees. */
export function getChanges(ctx: Context) {
  return read(ctx, 'member:read', async (tx) => ({
    stop: await findStop(tx),
    ...(await findUnstoppable(tx, ctx.now)),
    asOf: ctx.now,
  }))
}

/** How long a start permit may be used, and an order without one where its policy lets it start alone (DESIGN "Stop"). */
const permitMinutes = 10
/** A lease lasts a minute from when the order was handed out. */
const afterLeaseMinutes = permitMinutes - 1

/**
 * Devices that have begun an order and go on to the end of its sets, once they are back where they are off; those that fetch on, since they have
 * the order that says so; those that hold what lets them begin by themselves, and until when those may.
 */
async function findUnstoppable(
  tx: Tx,
  now: Date,
): Promise<{ finishing: number; fetching: number; mayStart: number; mayStartUntil: Date | null }> {
  const at = sql`${now.toISOString()}::timestamptz`
  const [row] = await tx.execute<{
    finishing: number
    fetching: number
    may_start: number
    until_ms: number | null
  }>(sql`
    with held as (
      select o.device_id, o.not_after, coalesce(o.permitted_at is not null
          and o.device_state in ('permitted', 'installing', 'failed', 'rolling-back'), false) as has_begun,
        case when o.permitted_at is not null then o.permitted_at + make_interval(mins => ${permitMinutes})
          when o.verb = 'install' and o.body->'mayStartOffline' = 'true'::jsonb
            then o.lease_until + make_interval(mins => ${afterLeaseMinutes}) end as allowed_until
      from work_orders o
      where o.state in ('ready', 'open') and o.verb in ('install', 'rollback')
    ), fetching as (
      select device_id from work_orders where verb = 'stage' and not_after > ${at} and (state = 'open' or (state = 'ready' and lease_until > ${at}))
    ), may_start as (
      select device_id, least(not_after, allowed_until) as until from held
      where not has_begun and not_after > ${at} and allowed_until > ${at}
    )
    select (select count(distinct device_id)::int from held where has_begun) as finishing,
      (select count(distinct device_id)::int from fetching) as fetching, count(distinct device_id)::int as may_start,
      (extract(epoch from max(until)) * 1000)::float8 as until_ms
    from may_start`)
  return {
    finishing: row?.finishing ?? 0,
    fetching: row?.fetching ?? 0,
    mayStart: row?.may_start ?? 0,
    mayStartUntil: row?.until_ms ? new Date(row.until_ms) : null,
  }
}
