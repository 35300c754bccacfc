import type { Context } from '../../server/context.ts'
import type { MonthlyReportsInput, ReportRound } from '../../server/reports/contract.ts'
import { freezeDueReports } from '../../server/reports/freeze-due-reports.ts'

/** What the monthly workflow may ask of the world. */
export function createReportActivities(contextOf: (mspId: string) => Context) {
  return {
    freezeDueReports: (input: MonthlyReportsInput): Promise<ReportRound> =>
      freezeDueReports(contextOf, input, new Date()),
  }
}
export type ReportActivities = ReturnType<typeof createReportActivities>
