import { and, asc, eq } from 'drizzle-orm'
import { reportCorrections, reportMails, reportSendings } from '../../../db/schema/report-deliveries.ts'
import { reports } from '../../../db/schema/reports.ts'
import { clients, msps } from '../../../db/schema/tenancy.ts'
import { read } from '../../access.ts'
import type { Context } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { linkTo } from '../../mail/gateway.ts'
import { findManagers } from '../../members/find-managers.ts'
import { paths } from '../../paths.ts'
import { findReport } from '../queries.ts'
import type { ReportLetter } from '../rules.ts'
import type { GetReport } from '../schema.ts'
import { findSendables } from './find-sendable.ts'
import { resendCan, sendCan } from './rules.ts'

/** What stands beside a report before and after it goes out: to whom, the mail in its words, what became of each, and who asked to count anew. */
export function getDelivery(ctx: Context, input: GetReport) {
  return read(ctx, 'report:read', async (tx) => {
    const [[sendable], page] = [
      await findSendables(tx, [input.reportId]),
      await findReport(tx, ctx, eq(reports.id, input.reportId)),
    ]
    if (!sendable || !page) throw notFound('This report')
    const managers = (await findManagers(tx, [page.client.id])).get(page.client.id) ?? []
    const [sending] = await tx
      .select({
        ...{ id: reportSendings.id, askedAt: reportSendings.askedAt, askedBy: reportSendings.askedBy },
        openedAt: reportSendings.openedAt,
      })
      .from(reportSendings)
      .where(eq(reportSendings.reportId, input.reportId))
    const mails = await tx
      .select({
        ...{ id: reportMails.id, name: reportMails.name, email: reportMails.email, state: reportMails.state },
        ...{ fault: reportMails.fault, tries: reportMails.tries, nextAt: reportMails.nextAt },
        ...{ askedAt: reportMails.askedAt, askedBy: reportMails.askedBy, sentAt: reportMails.sentAt },
      })
      .from(reportMails)
      .innerJoin(reportSendings, eq(reportSendings.id, reportMails.sendingId))
      .where(eq(reportSendings.reportId, input.reportId))
      .orderBy(asc(reportMails.askedAt), asc(reportMails.name), asc(reportMails.id))
    const [frame] = await tx
      .select({ msp: msps.name, mspSlug: msps.slug, slug: clients.slug })
      .from(clients)
      .innerJoin(msps, eq(msps.id, clients.mspId))
      .where(eq(clients.id, page.client.id))
    if (!frame) throw notFound('This report')
    const letter: ReportLetter = {
      ...{ msp: frame.msp, client: page.client.name, month: page.month, lead: page.words.lead },
      ...{ note: page.note, correction: page.correctionSentence },
      link: linkTo(paths.portalReports(frame.mspSlug, frame.slug, page.month)),
    }
    const recounts = await tx
      .select({
        ...{ id: reportCorrections.id, reason: reportCorrections.reason, askedAt: reportCorrections.askedAt },
        ...{ askedBy: reportCorrections.askedBy, doneAt: reportCorrections.doneAt, fault: reportCorrections.fault },
      })
      .from(reportCorrections)
      .where(and(eq(reportCorrections.clientId, page.client.id), eq(reportCorrections.month, page.month)))
      .orderBy(asc(reportCorrections.askedAt))
    const state = { isNewest: sendable.isNewest, isSent: sending !== undefined, managers: managers.length }
    const open = mails.filter((mail) => ['waiting', 'sending'].includes(mail.state)).length
    return {
      managers: managers.map(({ name, email }) => ({ name, email })),
      letter,
      sending: sending ? { askedAt: sending.askedAt, askedBy: sending.askedBy, openedAt: sending.openedAt } : null,
      mails,
      recounts,
      can: { send: sendCan(state), resend: resendCan({ ...state, open }) },
      asOf: ctx.now,
    }
  })
}
