import { renderSheet } from '../reports/render-pdf.ts'
import type { ReportLook } from '../reports/report-look.ts'
import { type Statement, tellStatement } from './tell-statement.ts'

/** The statement of one client as a PDF, on the sheet that the reports are printed on: for the worker alone. */
export function renderStatement(statement: Statement, look: ReportLook): Promise<Buffer> {
  return renderSheet(tellStatement(statement), look, { msp: statement.msp, at: statement.madeAt })
}
