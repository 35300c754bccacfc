import { sql } from 'drizzle-orm'
import { acrossTenants, perform } from '../../access.ts'
import type { Change } from '../../audit/record-audit.ts'
import type { Context } from '../../context.ts'
import { findManagers } from '../../members/find-managers.ts'
import { findSendables } from './find-sendable.ts'
import { releaseReport } from './release-report.ts'
import { sendCan } from './rules.ts'

/** A report whose client has no manager waits so long for one, from when it was due: after that nobody is mailed of the past by surprise. */
const waitDays = 40

/**
 * Lets reports go that nobody sent, where the MSP chose so: so many days after they were counted, none that was counted before it chose,
 * and none while it is being counted again. Answers how many went. Throws, after all other MSPs had their turn, where those of one could not go.
 */
export async function releaseDueReports(contextOf: (mspId: string) => Context, now: Date): Promise<number> {
  const due = await acrossTenants('reports to be sent', async (tx) => [
    ...(await tx.execute<{ mspId: string; ids: string[] }>(sql`
      select r.msp_id as "mspId", array_agg(r.id) as ids from report_settings s join reports r on r.msp_id = s.msp_id
      where r.counted_at >= s.sends_since
        and r.counted_at + make_interval(days => s.send_after_days) <= ${now.toISOString()}::timestamptz
        and r.counted_at + make_interval(days => s.send_after_days + ${waitDays}) > ${now.toISOString()}::timestamptz
        and not exists (select from report_sendings g where g.msp_id = r.msp_id and g.report_id = r.id)
        and not exists (select from report_corrections k where k.msp_id = r.msp_id and k.client_id = r.client_id and k.month = r.month
          and k.done_at is null)
      group by r.msp_id order by r.msp_id`)),
  ])
  let released = 0
  const failures: unknown[] = []
  for (const { mspId, ids } of due)
    try {
      released += await releaseAll({ ...contextOf(mspId), now }, ids)
    } catch (error) {
      failures.push(error)
    }
  if (failures.length > 0) throw new AggregateError(failures, `MSPs whose reports did not go: ${failures.length}`)
  return released
}

function releaseAll(ctx: Context, reportIds: readonly string[]): Promise<number> {
  return perform(ctx, 'report:mail', async (tx) => {
    const found = await findSendables(tx, reportIds)
    const clientIds = found.map(({ client }) => client.id)
    const managersOf = await findManagers(tx, clientIds)
    const changes: Change[] = []
    for (const report of found) {
      const managers = managersOf.get(report.client.id) ?? []
      const isSent = report.sendingId !== null
      if (!sendCan({ isNewest: report.isNewest, isSent, managers: managers.length }).can) continue
      const change = await releaseReport(tx, ctx, report, { managers, note: '' })
      if (change) changes.push(change)
    }
    return { value: changes.length, changes }
  })
}
