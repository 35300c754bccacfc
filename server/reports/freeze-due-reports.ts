import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { acrossTenants } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import type { MonthlyReportsInput, ReportRound } from './contract.ts'
import { freezeReport } from './freeze-report.ts'
import { dueMonth } from './months.ts'
import { isUncounted } from './uncounted.ts'

const log = pino({ name: 'monthly reports' })
/** Clients that are asked for at a time. */
const pageClients = 50
interface DueClient {
  mspId: string
  clientId: string
}

/**
 * Freezes the newest due month for all clients of one time zone that have no report of it yet, over all MSPs. A client that is archived
 * meanwhile is left out. Idempotent: what was frozen stays when it ends in the middle. Throws, after all others are done, where a report could
 * not be made: the next try asks for these alone.
 */
export async function freezeDueReports(
  contextOf: (mspId: string) => Context,
  { timeZone }: MonthlyReportsInput,
  now: Date,
): Promise<ReportRound> {
  const month = dueMonth(now, timeZone)
  const failures: unknown[] = []
  let frozen = 0
  let due: DueClient[] = []
  do {
    due = await findDue(month, timeZone, due.at(-1))
    for (const { mspId, clientId } of due)
      try {
        const { isNew } = await freezeReport({ ...contextOf(mspId), now }, { clientId, month })
        if (isNew) frozen += 1
      } catch (error) {
        // Archived meanwhile, or of a month before how devices stood was kept: no try makes it possible.
        if (error instanceof DomainError && ['not-found', 'not-allowed-now'].includes(error.code))
          log.warn({ mspId, clientId, month, reason: error.message }, 'a month was not counted')
        else failures.push(error)
      }
  } while (due.length === pageClients)
  if (failures.length > 0)
    throw new AggregateError(failures, `Reports of ${month} that were not made: ${failures.length}`)
  return { frozen, isDone: true }
}

/** A page of them, after the last of the page before. */
function findDue(month: string, timeZone: string, last?: DueClient): Promise<DueClient[]> {
  return acrossTenants('due reports', async (tx) => [
    ...(await tx.execute<DueClient & Record<string, unknown>>(sql`
      select c.msp_id as "mspId", c.id as "clientId" from clients c
      where c.time_zone = ${timeZone} and ${isUncounted(month)}
        and ${last ? sql`(c.msp_id, c.id) > (${last.mspId}::uuid, ${last.clientId}::uuid)` : sql`true`}
      order by c.msp_id, c.id limit ${pageClients}`)),
  ])
}

/** Every zone that a client lives in: each needs a schedule. */
export function findReportZones(): Promise<string[]> {
  return acrossTenants('zones of reports', async (tx) => {
    const rows = await tx.execute<{ zone: string }>(
      sql`select distinct time_zone as zone from clients where archived_at is null order by 1`,
    )
    return rows.map((row) => row.zone)
  })
}
