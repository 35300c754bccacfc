import { and, eq, lte, sql } from 'drizzle-orm'
import { pino } from 'pino'
import { reportMails, reportSendings } from '../../../db/schema/report-deliveries.ts'
import { reports } from '../../../db/schema/reports.ts'
import { clients, msps } from '../../../db/schema/tenancy.ts'
import { acrossTenants, perform, type Tx } from '../../access.ts'
import type { Context } from '../../context.ts'
import { linkTo, MailNotTaken, sendMail } from '../../mail/gateway.ts'
import type { Mail } from '../../mail/rules.ts'
import { findManagers } from '../../members/find-managers.ts'
import { paths } from '../../paths.ts'
import { readReport } from '../document.ts'
import { isNewest } from '../newest.ts'
import { findReport } from '../queries.ts'
import { renderReportPdf } from '../render-pdf.ts'
import { reportMail } from '../rules.ts'
import { findLook } from './find-look.ts'
import { reportChange } from './release-report.ts'
import { claimMs, mostTries, pauseAfter } from './rules.ts'

const log = pino({ name: 'report mails' })
/** Mails of one round: a few seconds of work. */
const mostOfRound = 20
const goneWords = 'The worker ended in the middle: it may have arrived.'
const unmadeWords = 'The report could not be made ready; the log of the worker says why.'

interface DueMail {
  mspId: string
  id: string
  state: 'waiting' | 'sending'
}

/**
 * Mails what is due, over all MSPs, and answers how many left. The file is made and the report opened to its client before the first mail of it. Each
 * mail is claimed before it leaves and settled after: one that a worker held when it ended is never tried again by itself.
 */
export async function mailReports(contextOf: (mspId: string) => Context, now: Date): Promise<number> {
  const due = await findDue(now)
  let sent = 0
  for (const mail of due) {
    const ctx = { ...contextOf(mail.mspId), now }
    if (mail.state === 'sending') await settle(ctx, mail.id, 'gone', { state: 'unsure', fault: goneWords })
    else if (await mailOne(ctx, mail.id)) sent += 1
  }
  return sent
}

function findDue(now: Date): Promise<DueMail[]> {
  return acrossTenants('due report mails', async (tx) => [
    ...(await tx.execute<DueMail & Record<string, unknown>>(sql`
      select msp_id as "mspId", id, state from report_mails
      where state in ('waiting', 'sending') and next_at <= ${now.toISOString()}::timestamptz
      order by next_at, id limit ${mostOfRound}`)),
  ])
}

async function mailOne(ctx: Context, mailId: string): Promise<boolean> {
  let mail: Mail | null
  try {
    mail = await claim(ctx, mailId)
  } catch (error) {
    log.error({ err: error, mailId }, 'a report was not made ready')
    await settle(ctx, mailId, 'waiting', { state: 'waiting', fault: unmadeWords })
    return false
  }
  if (!mail) return false
  try {
    await sendMail(mail)
  } catch (error) {
    const isCertain = error instanceof MailNotTaken && error.isCertain
    const fault = error instanceof MailNotTaken ? error.message : unmadeWords
    await settle(ctx, mailId, 'sending', { state: isCertain ? 'waiting' : 'unsure', fault })
    return false
  }
  await settle(ctx, mailId, 'sending', { state: 'sent', fault: '' })
  return true
}

/**
 * Takes a mail that waits, and the words of it. Null where another worker was quicker, or where it may not leave any more: its reader is no
 * manager of the client now, the client is archived, a newer revision replaced the report.
 */
function claim(ctx: Context, mailId: string): Promise<Mail | null> {
  return perform(ctx, 'report:mail', async (tx) => {
    const [row] = await tx
      .select({
        ...{ userId: reportMails.userId, name: reportMails.name, email: reportMails.email, tries: reportMails.tries },
        ...{ clientId: reportMails.clientId, sendingId: reportMails.sendingId },
      })
      .from(reportMails)
      .where(and(eq(reportMails.id, mailId), eq(reportMails.state, 'waiting')))
      .for('update', { skipLocked: true })
    if (!row) return { value: null, changes: [] }
    const managers = (await findManagers(tx, [row.clientId])).get(row.clientId) ?? []
    const reader = managers.find(({ userId }) => userId === row.userId)
    const opened = reader ? await openReport(tx, ctx, row.sendingId) : 'Is no manager of this client any more.'
    const nextAt = new Date(ctx.now.getTime() + claimMs)
    const state =
      typeof opened === 'string'
        ? { state: 'stopped' as const, fault: opened }
        : { state: 'sending' as const, tries: row.tries + 1, nextAt }
    await tx.update(reportMails).set(state).where(eq(reportMails.id, mailId))
    return { value: reader && typeof opened !== 'string' ? reportMail(reader, opened) : null, changes: [] }
  })
}

/** The words of a report's mail, or why it may not go; the first that asks makes the file that goes out, and opens the report to its client. */
async function openReport(tx: Tx, ctx: Context, sendingId: string) {
  const [row] = await tx
    .select({
      ...{ reportId: reportSendings.reportId, note: reportSendings.note, openedAt: reportSendings.openedAt },
      ...{ document: reports.document, msp: msps.name, mspSlug: msps.slug, slug: clients.slug },
      ...{ archivedAt: clients.archivedAt, isNewest },
    })
    .from(reportSendings)
    .innerJoin(reports, and(eq(reports.mspId, reportSendings.mspId), eq(reports.id, reportSendings.reportId)))
    .innerJoin(clients, and(eq(clients.mspId, reports.mspId), eq(clients.id, reports.clientId)))
    .innerJoin(msps, eq(msps.id, reports.mspId))
    .where(eq(reportSendings.id, sendingId))
    .for('update', { of: reportSendings })
  const page = row ? await findReport(tx, ctx, eq(reports.id, row.reportId)) : null
  if (!row || !page || row.archivedAt) return 'The client is archived.'
  if (!row.isNewest) return 'It was replaced.'
  const { note } = row
  if (!row.openedAt) {
    const wrapper = { note, correction: page.correctionSentence }
    const pdf = await renderReportPdf(readReport(row.document), await findLook(tx), wrapper)
    await tx.update(reportSendings).set({ pdf, openedAt: ctx.now }).where(eq(reportSendings.id, sendingId))
  }
  return {
    ...{ msp: row.msp, client: page.client.name, month: page.month, lead: page.words.lead, note },
    correction: page.correctionSentence,
    link: linkTo(paths.portalReports(row.mspSlug, row.slug, page.month)),
  }
}

/**
 * Writes down what became of a mail that was `from` until now, and tells who watches; where somebody stopped or settled it meanwhile, theirs
 * stays. `gone`: another worker's claim that has run out. A try is written into the log when it is the first or the last; one that failed too
 * often stops.
 */
function settle(
  ctx: Context,
  mailId: string,
  from: 'waiting' | 'sending' | 'gone',
  { state, fault }: { state: 'sent' | 'unsure' | 'waiting'; fault: string },
): Promise<void> {
  return perform(ctx, 'report:mail', async (tx) => {
    const [mail] = await tx
      .update(reportMails)
      .set({
        ...{ state, fault, sentAt: state === 'sent' ? ctx.now : null },
        // Its claim was undone with all that it did.
        ...(from === 'waiting' && { tries: sql`${reportMails.tries} + 1` }),
      })
      .where(
        and(
          eq(reportMails.id, mailId),
          eq(reportMails.state, from === 'gone' ? 'sending' : from),
          from === 'gone' ? lte(reportMails.nextAt, ctx.now) : undefined,
        ),
      )
      .returning({ tries: reportMails.tries, sendingId: reportMails.sendingId, email: reportMails.email })
    if (!mail) return { value: undefined, changes: [] }
    const isOver = state === 'waiting' && mail.tries >= mostTries
    const nextAt = new Date(ctx.now.getTime() + pauseAfter(mail.tries))
    if (state === 'waiting')
      await tx
        .update(reportMails)
        .set(isOver ? { state: 'stopped' } : { nextAt })
        .where(eq(reportMails.id, mailId))
    if (state === 'waiting' && mail.tries > 1 && !isOver) return { value: undefined, changes: [] }
    const [report] = await tx
      .select({ id: reports.id, month: reports.month, client: { id: clients.id, name: clients.name } })
      .from(reportSendings)
      .innerJoin(reports, and(eq(reports.mspId, reportSendings.mspId), eq(reports.id, reportSendings.reportId)))
      .innerJoin(clients, and(eq(clients.mspId, reports.mspId), eq(clients.id, reports.clientId)))
      .where(eq(reportSendings.id, mail.sendingId))
    const details = { to: mail.email, state: isOver ? 'stopped' : state, ...(fault ? { fault } : {}) }
    return { value: undefined, changes: report ? [reportChange(report, details)] : [] }
  })
}
