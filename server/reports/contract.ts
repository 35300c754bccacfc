/** The monthly reports as workflow and schedule know them: names, ids, messages. */

export const monthlyReportsWorkflowName = 'monthlyReports'
export const reportSchedulePrefix = 'reports/'
/** One schedule for each time zone in use: on the first of a month at 06:00 there. The number is that of its rule. */
export const reportScheduleId = (timeZone: string) => `${reportSchedulePrefix}2/${timeZone}`

export interface MonthlyReportsInput {
  timeZone: string
}
/** One round: how many reports were frozen, and whether more are due. */
export interface ReportRound {
  frozen: number
  isDone: boolean
}
