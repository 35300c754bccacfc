import { listReportRows } from '../../report-rows/list-report-rows.ts'
import { listReportRowsSchema } from '../../report-rows/schema.ts'
import { correctReport } from '../../reports/correct-report.ts'
import { countMissingReports } from '../../reports/count-missing-reports.ts'
import { getDelivery } from '../../reports/delivery/get-delivery.ts'
import { resendReport } from '../../reports/delivery/resend-report.ts'
import { sendReports } from '../../reports/delivery/send-reports.ts'
import { stopSending } from '../../reports/delivery/stop-sending.ts'
import { getReport, listReports } from '../../reports/queries.ts'
import {
  correctReportSchema,
  countMissingReportsSchema,
  getReportSchema,
  listReportsSchema,
  resendReportSchema,
  sendReportsSchema,
  stopSendingSchema,
} from '../../reports/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

export const reportsRouter = router({
  list: memberProcedure.input(listReportsSchema).query(({ ctx, input }) => listReports(ctx, input)),
  get: memberProcedure.input(getReportSchema).query(({ ctx, input }) => getReport(ctx, input)),
  rows: memberProcedure.input(listReportRowsSchema).query(({ ctx, input }) => listReportRows(ctx, input)),
  delivery: memberProcedure.input(getReportSchema).query(({ ctx, input }) => getDelivery(ctx, input)),
  send: memberProcedure.input(sendReportsSchema).mutation(({ ctx, input }) => sendReports(ctx, input)),
  resend: memberProcedure.input(resendReportSchema).mutation(({ ctx, input }) => resendReport(ctx, input)),
  stop: memberProcedure.input(stopSendingSchema).mutation(({ ctx, input }) => stopSending(ctx, input)),
  correct: memberProcedure.input(correctReportSchema).mutation(({ ctx, input }) => correctReport(ctx, input)),
  countMissing: memberProcedure
    .input(countMissingReportsSchema)
    .mutation(({ ctx, input }) => countMissingReports(ctx, input)),
})
