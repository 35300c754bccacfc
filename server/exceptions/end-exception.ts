import { eq } from 'drizzle-orm'
import { exceptions } from '../../db/schema/exceptions.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { getPatchRow } from '../patches/queries.ts'
import { exceptionChange, lockException } from './exception-rows.ts'
import { exceptionCan, stateAt } from './rules.ts'
import type { EndException } from './schema.ts'

/**
 * Ends an exception before its last day, or takes back one that nobody answered. From then on the patch is planned for these devices as for
 * all others: it goes with the next rollout, past due or not.
 */
export function endException(ctx: Context, input: EndException): Promise<void> {
  return perform(ctx, 'exception:end', async (tx) => {
    const row = await lockException(tx, input.exceptionId)
    const can = exceptionCan.end(row, ctx.now)
    if (!can.can) throw notAllowedNow(can.reason)
    const patch = await getPatchRow(tx, row.patchId)
    await tx
      .update(exceptions)
      .set({ endedBy: actorName(ctx.actor), endedAt: ctx.now, endReason: input.reason })
      .where(eq(exceptions.id, row.id))
    const details = { was: stateAt(row, ctx.now), reason: row.reason, lastDay: row.lastDay }
    return { value: undefined, changes: [exceptionChange(row, patch, input.reason, details)] }
  })
}
