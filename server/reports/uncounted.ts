import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'

/** The first moment after a month in the zone of the client `c`, as `boundsOf` has it. */
const endOf = (month: string): SQL => sql`((${`${month}-01`}::date + interval '1 month') at time zone c.time_zone)`

/** That a client `c` should have a report of a month and has none: it was there in the month, and is not archived. */
export const isUncounted = (month: string): SQL => sql`(c.archived_at is null and c.created_at < ${endOf(month)}
  and not exists (select from reports r where r.msp_id = c.msp_id and r.client_id = c.id and r.month = ${month}))`

/** Counted at 06:00, an hour of jitter, and another for the work: after that somebody has to be told. */
const lateAfter = sql`interval '8 hours'`
/** More than an MSP has; what is over comes with the next click. */
const mostUncounted = 1_000

/** A client whose month should have been counted by now and was not. */
export interface Uncounted {
  client: { id: string; name: string }
  /** Somebody asked for it, and a worker will count it. */
  isAsked: boolean
  /** Why it could not be counted the last time somebody asked; empty = nobody asked, or nothing went wrong. */
  fault: string
}

/** Those of one month among the clients one sees, by name. */
export async function findUncounted(tx: Tx, month: string, now: Date, clientId?: string): Promise<Uncounted[]> {
  const rows = await tx.execute<{ id: string; name: string; isAsked: boolean; fault: string }>(sql`
    select c.id, c.name, coalesce(k.done_at is null and k.id is not null, false) as "isAsked", coalesce(k.fault, '') as fault
    from clients c left join lateral (select id, done_at, fault from report_corrections
      where msp_id = c.msp_id and client_id = c.id and month = ${month} order by asked_at desc, id desc limit 1) k on true
    where ${isUncounted(month)} and ${endOf(month)} + ${lateAfter} < ${now.toISOString()}::timestamptz
      and ${clientId ? sql`c.id = ${clientId}` : sql`true`}
    order by c.name, c.id limit ${mostUncounted}`)
  return rows.map(({ id, name, ...row }) => ({ client: { id, name }, ...row }))
}
