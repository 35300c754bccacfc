import { and, eq, isNull } from 'drizzle-orm'
import { reportCorrections } from '../../db/schema/report-deliveries.ts'
import { perform } from '../access.ts'
import { lockClient } from '../clients/lock-client.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError, notAllowedNow } from '../errors.ts'
import { boundsOf } from './months.ts'
import type { CorrectReport } from './schema.ts'

/**
 * Asks for a month to be counted again, or for the first time where nobody counted it in time: the worker freezes the next revision, with this
 * reason. What was frozen stays. `conflict` while one is asked for already.
 */
export function correctReport(ctx: Context, { clientId, month, reason }: CorrectReport): Promise<void> {
  return perform(ctx, 'report:correct', async (tx) => {
    const client = await lockClient(tx, clientId)
    if (client.archivedAt) throw notAllowedNow('The client is archived.')
    if (ctx.now < boundsOf(month, client.timeZone).to) throw notAllowedNow('The month is not over there.')
    const open = await tx.$count(
      reportCorrections,
      and(
        eq(reportCorrections.clientId, clientId),
        eq(reportCorrections.month, month),
        isNull(reportCorrections.doneAt),
      ),
    )
    if (open > 0) throw new DomainError('conflict', 'It is being counted again already.')
    await tx.insert(reportCorrections).values({
      ...{ mspId: ctx.mspId, clientId, month, reason },
      ...{ askedAt: ctx.now, askedBy: actorName(ctx.actor) },
    })
    const subject = { kind: 'report' as const, id: clientId, name: `${month} of ${client.name}` }
    return { value: undefined, changes: [{ clientId, subject, reason }] }
  })
}
