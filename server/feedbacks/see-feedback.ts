import { and, eq, isNull } from 'drizzle-orm'
import { feedbacks } from '../../db/schema/feedbacks.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { getRolloutRow, rolloutChange } from '../rollouts/rollout-rows.ts'
import type { SeeFeedback } from './schema.ts'

/** Somebody of the MSP has seen to what the client said of a rollout: it needs nobody any more. */
export function seeFeedback(ctx: Context, input: SeeFeedback): Promise<void> {
  return perform(ctx, 'rollout:see-feedback', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId)
    const seen = await tx
      .update(feedbacks)
      .set({ seenBy: actorName(ctx.actor), seenAt: ctx.now })
      .where(and(eq(feedbacks.rolloutId, rollout.id), isNull(feedbacks.seenAt)))
      .returning({ words: feedbacks.words })
    if (seen.length === 0) throw notAllowedNow('The client said nothing of it that nobody has seen to.')
    return { value: undefined, changes: [rolloutChange(rollout, '', { said: seen[0]?.words ?? '' })] }
  })
}
