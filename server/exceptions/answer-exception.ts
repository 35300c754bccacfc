import { eq } from 'drizzle-orm'
import { exceptions } from '../../db/schema/exceptions.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { getPatchRow } from '../patches/queries.ts'
import { exceptionChange, lockException } from './exception-rows.ts'
import { exceptionCan, type Side } from './rules.ts'
import type { AnswerException } from './schema.ts'

const actionOf = { msp: 'exception:answer', client: 'portal:answer-exception' } as const

/**
 * Agrees to an exception or refuses it, as the side that did not ask. From the yes on no order or permit that is asked for names the patch on
 * these devices; one that is being given at this very moment may still go out, as with a hold. Running rollouts go on without them.
 */
export function answerException(ctx: Context, input: AnswerException, from: Side): Promise<void> {
  return perform(ctx, actionOf[from], async (tx) => {
    const row = await lockException(tx, input.exceptionId)
    const can = exceptionCan.answer(row, from, ctx.now)
    if (!can.can) throw notAllowedNow(can.reason)
    const patch = await getPatchRow(tx, row.patchId)
    const { answer, reason } = input
    await tx
      .update(exceptions)
      .set({ answer, answeredBy: actorName(ctx.actor), answeredAt: ctx.now, answerReason: reason })
      .where(eq(exceptions.id, row.id))
    const details = { answer, askedBy: row.askedBy, was: row.reason, lastDay: row.lastDay }
    return { value: undefined, changes: [exceptionChange(row, patch, reason, details)] }
  })
}
