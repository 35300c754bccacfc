import { and, eq, inArray, sql } from 'drizzle-orm'
import { reportMails, reportSendings } from '../../../db/schema/report-deliveries.ts'
import type { Tx } from '../../access.ts'

/** How far a report has gone out, in mails. */
export interface Delivery {
  askedAt: Date
  /** Mails that left, and that were wanted; those that were stopped are in neither. */
  sent: number
  wanted: number
  /** Mails that a worker has or will take. */
  open: number
  /** Mails whose last try failed, or of which nobody knows whether they arrived. */
  troubled: number
  stopped: number
}

/** The deliveries of these reports; a report that nobody sent has none. */
export async function findDeliveries(tx: Tx, reportIds: readonly string[]): Promise<Map<string, Delivery>> {
  if (reportIds.length === 0) return new Map()
  const count = (rule: string) => sql<number>`count(*) filter (where ${rules[rule]})::int`
  const rows = await tx
    .select({
      ...{ reportId: reportSendings.reportId, askedAt: reportSendings.askedAt },
      ...{ sent: count('sent'), wanted: count('wanted'), open: count('open') },
      ...{ troubled: count('troubled'), stopped: count('stopped') },
    })
    .from(reportSendings)
    .leftJoin(
      reportMails,
      and(eq(reportMails.mspId, reportSendings.mspId), eq(reportMails.sendingId, reportSendings.id)),
    )
    .where(inArray(reportSendings.reportId, [...reportIds]))
    .groupBy(reportSendings.reportId, reportSendings.askedAt)
  return new Map(rows.map(({ reportId, ...delivery }) => [reportId, delivery]))
}

const rules: Record<string, ReturnType<typeof sql>> = {
  sent: sql`${reportMails.state} = 'sent'`,
  wanted: sql`${reportMails.state} <> 'stopped'`,
  open: sql`${reportMails.state} in ('waiting', 'sending')`,
  troubled: sql`${reportMails.state} = 'unsure' or ${reportMails.state} = 'waiting' and ${reportMails.fault} <> ''`,
  stopped: sql`${reportMails.state} = 'stopped'`,
}
