import { and, eq, inArray } from 'drizzle-orm'
import { reportMails } from '../../../db/schema/report-deliveries.ts'
import { perform } from '../../access.ts'
import { lockClient } from '../../clients/lock-client.ts'
import type { Context } from '../../context.ts'
import { notAllowedNow, notFound } from '../../errors.ts'
import { findManagers } from '../../members/find-managers.ts'
import type { ResendReport } from '../schema.ts'
import { findSendables } from './find-sendable.ts'
import { addMails, reportChange } from './release-report.ts'
import { resendCan } from './rules.ts'

/** Mails a report that was sent once more, to those who are managers of its client today. The note and the file stay as they went out. */
export function resendReport(ctx: Context, input: ResendReport): Promise<void> {
  return perform(ctx, 'report:send', async (tx) => {
    const [report] = await findSendables(tx, [input.reportId])
    if (!report) throw notFound('This report')
    const managers = (await findManagers(tx, [report.client.id])).get(report.client.id) ?? []
    const sendingId = report.sendingId
    const ofSending = sendingId ? eq(reportMails.sendingId, sendingId) : undefined
    // Of two who ask at the same moment the second one counts the mails of the first.
    await lockClient(tx, report.client.id)
    const open = sendingId
      ? await tx.$count(reportMails, and(ofSending, inArray(reportMails.state, ['waiting', 'sending'])))
      : 0
    const can = resendCan({ isNewest: report.isNewest, isSent: sendingId !== null, managers: managers.length, open })
    if (!can.can || !sendingId) throw notAllowedNow(can.can ? 'It was not sent yet.' : can.reason)
    await addMails(tx, ctx, report, sendingId, managers)
    return { value: undefined, changes: [reportChange(report, { recipients: managers.length, sentAgain: true })] }
  })
}
