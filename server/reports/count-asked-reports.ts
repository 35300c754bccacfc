import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { pino } from 'pino'
import { reportCorrections } from '../../db/schema/report-deliveries.ts'
import { reports } from '../../db/schema/reports.ts'
import { acrossTenants, perform } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { readReport } from './document.ts'
import { freezeRevision } from './freeze-report.ts'

const log = pino({ name: 'report corrections' })
const mostOfRound = 10
/** So long a month is tried that cannot be counted for a reason that may pass. */
const patienceMs = 60 * 60_000

/**
 * Counts the months that somebody asked to count again, over all MSPs, and answers how many. One that cannot be counted is marked with why: at once where a rule
 * says no, after an hour of tries where something is broken.
 */
export async function countAskedReports(contextOf: (mspId: string) => Context, now: Date): Promise<number> {
  const asked = await acrossTenants('reports to be counted again', async (tx) => [
    ...(await tx.execute<{ mspId: string; id: string; askedAt: string }>(sql`
      select msp_id as "mspId", id, asked_at as "askedAt" from report_corrections where done_at is null order by asked_at, id limit ${mostOfRound}`)),
  ])
  let counted = 0
  for (const { mspId, id, askedAt } of asked) {
    const ctx = { ...contextOf(mspId), now }
    try {
      if (await countAsked(ctx, id)) counted += 1
    } catch (error) {
      // A sentence is for people; anything else is for the log.
      log.error({ err: error, id }, 'a month was not counted again')
      if (!(error instanceof DomainError) && now.getTime() - new Date(askedAt).getTime() < patienceMs) continue
      const fault =
        error instanceof DomainError ? error.message : 'It could not be counted; the log of the worker says why.'
      await perform(ctx, 'report:freeze', async (tx) => {
        await tx
          .update(reportCorrections)
          .set({ doneAt: now, fault })
          .where(and(eq(reportCorrections.id, id), isNull(reportCorrections.doneAt)))
        return { value: undefined, changes: [] }
      })
    }
  }
  return counted
}

function countAsked(ctx: Context, id: string): Promise<boolean> {
  return perform(ctx, 'report:freeze', async (tx) => {
    const [asked] = await tx
      .select()
      .from(reportCorrections)
      .where(and(eq(reportCorrections.id, id), isNull(reportCorrections.doneAt)))
      .for('update', { skipLocked: true })
    if (!asked) return { value: false, changes: [] }
    const { clientId, month, reason, askedBy } = asked
    const [newest] = await tx
      .select({ revision: reports.revision, countedAt: reports.countedAt, document: reports.document })
      .from(reports)
      .where(and(eq(reports.clientId, clientId), eq(reports.month, month)))
      .orderBy(desc(reports.revision))
      .limit(1)
    const before = newest ? { ...newest, timeZone: readReport(newest.document).client.timeZone } : null
    const made = { clientId, month, correction: before ? reason : '', before, madeBy: askedBy }
    const change = await freezeRevision(tx, ctx, made)
    // Somebody else froze the same revision just now: the next round counts on top of it.
    if (!change) return { value: false, changes: [] }
    await tx.update(reportCorrections).set({ doneAt: ctx.now }).where(eq(reportCorrections.id, id))
    return { value: true, changes: [change] }
  })
}
