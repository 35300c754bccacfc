import { reportSettings } from '../../../db/schema/report-deliveries.ts'
import type { Tx } from '../../access.ts'
import { plainLook, type ReportLook } from '../report-look.ts'

/** How this MSP wants its reports to look today: in its colour. */
export async function findLook(tx: Tx): Promise<ReportLook> {
  const [row] = await tx.select({ accent: reportSettings.accent }).from(reportSettings)
  return { accent: row?.accent ?? plainLook.accent, logo: null }
}
