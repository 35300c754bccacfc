import { reportMails, reportSendings } from '../../../db/schema/report-deliveries.ts'
import type { Tx } from '../../access.ts'
import type { Change } from '../../audit/record-audit.ts'
import { actorName, type Context } from '../../context.ts'
import type { Manager } from '../../members/find-managers.ts'
import type { Sendable } from './find-sendable.ts'

/** Lets one report go: its sending and a mail for each manager, which the worker takes from here. Null where somebody was quicker. */
export async function releaseReport(
  tx: Tx,
  ctx: Context,
  report: Sendable,
  { managers, note }: { managers: readonly Manager[]; note: string },
): Promise<Change | null> {
  const [sending] = await tx
    .insert(reportSendings)
    .values({
      ...{ mspId: ctx.mspId, clientId: report.client.id, reportId: report.id, note },
      ...{ askedAt: ctx.now, askedBy: actorName(ctx.actor) },
    })
    .onConflictDoNothing()
    .returning({ id: reportSendings.id })
  if (!sending) return null
  await addMails(tx, ctx, report, sending.id, managers)
  return reportChange(report, { recipients: managers.length, note: note !== '' })
}

/** A mail to each of them, to leave at once. */
export async function addMails(
  tx: Tx,
  ctx: Context,
  { client }: Pick<Sendable, 'client'>,
  sendingId: string,
  managers: readonly Manager[],
): Promise<void> {
  await tx.insert(reportMails).values(
    managers.map(({ userId, name, email }) => ({
      ...{ mspId: ctx.mspId, clientId: client.id, sendingId, userId, name, email },
      ...{ askedAt: ctx.now, askedBy: actorName(ctx.actor), nextAt: ctx.now, state: 'waiting' as const },
    })),
  )
}

/** The audit line of a verb over one report. */
export function reportChange(
  { id, month, client }: Pick<Sendable, 'id' | 'month' | 'client'>,
  details: Record<string, unknown>,
  reason = '',
): Change {
  return { clientId: client.id, subject: { kind: 'report', id, name: `${month} of ${client.name}` }, reason, details }
}
