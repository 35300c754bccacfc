import { proxyActivities } from '@temporalio/workflow'
import type { MonthlyReportsInput } from '../../server/reports/contract.ts'
import type { ReportActivities } from './activities.ts'

const activities = proxyActivities<ReportActivities>({
  startToCloseTimeout: '10 minutes',
  retry: { initialInterval: '10 seconds', maximumInterval: '10 minutes' },
})

/** The reports of all clients in one time zone, all in one round; runs of an older build had several. */
export async function monthlyReports(input: MonthlyReportsInput): Promise<void> {
  while (!(await activities.freezeDueReports(input)).isDone);
}
