import type { ClientRef, Factories } from '../../db/factories.ts'
import { insertReport } from '../reports/testing/insert-report.ts'
import { sampleReport } from '../reports/testing/sample-reports.ts'

/** What is frozen of a client: the report of a month that was sent, that of the month after, which nobody sent, and a statement. */
export function makeFrozen(
  factories: Factories,
  client: ClientRef,
  canary: string,
): Promise<{ reportId: string; unsentReportId: string }> {
  const report = sampleReport({ client: { name: canary, timeZone: 'UTC' } })
  return factories.inMsp(client.mspId, async (tx) => {
    await tx`insert into statements (msp_id, client_id, month, made_at, pdf)
      values (${client.mspId}, ${client.clientId}, '2024-08', now(), ${Buffer.from(canary)})`
    return {
      reportId: await insertReport(tx, client, report),
      unsentReportId: await insertReport(tx, client, { ...report, month: '2024-09' }, false),
    }
  })
}
