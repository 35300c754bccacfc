import { and, eq, inArray, sql } from 'drizzle-orm'
import { reportMails, reportSendings } from '../../../db/schema/report-deliveries.ts'
import { reports } from '../../../db/schema/reports.ts'
import { clients } from '../../../db/schema/tenancy.ts'
import { perform } from '../../access.ts'
import type { Context } from '../../context.ts'
import type { StopSending } from '../schema.ts'
import { reportChange } from './release-report.ts'

/** Stops every mail of a month that has not left yet, of the clients one sees. What left, left. Answers how many were stopped. */
export function stopSending(ctx: Context, input: StopSending): Promise<{ stopped: number }> {
  return perform(ctx, 'report:stop', async (tx) => {
    const stopped = await tx
      .update(reportMails)
      .set({ state: 'stopped' })
      .where(
        and(
          eq(reportMails.state, 'waiting'),
          sql`${reportMails.sendingId} in (select s.id from report_sendings s join reports r on r.msp_id = s.msp_id and r.id = s.report_id
            where r.month = ${input.month})`,
        ),
      )
      .returning({ sendingId: reportMails.sendingId })
    const ids = [...new Set(stopped.map((row) => row.sendingId))]
    const rows = ids.length
      ? await tx
          .select({ id: reports.id, month: reports.month, client: { id: clients.id, name: clients.name } })
          .from(reportSendings)
          .innerJoin(reports, and(eq(reports.mspId, reportSendings.mspId), eq(reports.id, reportSendings.reportId)))
          .innerJoin(clients, and(eq(clients.mspId, reports.mspId), eq(clients.id, reports.clientId)))
          .where(inArray(reportSendings.id, ids))
      : []
    const changes = rows.map((row) => reportChange(row, { stopped: true }))
    return { value: { stopped: stopped.length }, changes }
  })
}
