import { reportCorrections } from '../../db/schema/report-deliveries.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import type { CountMissingReports } from './schema.ts'
import { findUncounted } from './uncounted.ts'

/** Stands where a correction has its reason: nobody reads it on the report, which is a first revision. */
const reason = 'Nobody counted it in time'

/**
 * Has a month counted for every client one sees that should have a report of it and has none, such as after an outage of days. Answers for how
 * many it was asked; those that are asked for already are not asked twice.
 */
export function countMissingReports(ctx: Context, { month }: CountMissingReports): Promise<{ asked: number }> {
  return perform(ctx, 'report:correct', async (tx) => {
    const missing = (await findUncounted(tx, month, ctx.now)).filter(({ isAsked }) => !isAsked)
    if (missing.length === 0) return { value: { asked: 0 }, changes: [] }
    const asked = await tx
      .insert(reportCorrections)
      .values(
        missing.map(({ client }) => ({
          ...{ mspId: ctx.mspId, clientId: client.id, month, reason },
          ...{ askedAt: ctx.now, askedBy: actorName(ctx.actor) },
        })),
      )
      // Somebody else asked in the same moment.
      .onConflictDoNothing()
      .returning({ clientId: reportCorrections.clientId })
    const ids = new Set(asked.map(({ clientId }) => clientId))
    const changes = missing
      .filter(({ client }) => ids.has(client.id))
      .map(({ client: { id, name } }) => ({
        clientId: id,
        subject: { kind: 'report' as const, id, name: `${month} of ${name}` },
        reason,
      }))
    return { value: { asked: changes.length }, changes }
  })
}
