import { sql } from 'drizzle-orm'
import { feedbacks } from '../../db/schema/feedbacks.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { getRolloutRow, rolloutChange } from '../rollouts/rollout-rows.ts'
import { findAskedRollouts } from './queries.ts'
import type { GiveFeedback } from './schema.ts'

/**
 * A client manager answers "Did anything break?" for a rollout that changed computers of theirs in the last week: once, whoever of them it is.
 * `not-allowed-now` later, before it changed anything, and for a second answer.
 */
export function giveFeedback(ctx: Context, input: GiveFeedback): Promise<void> {
  return perform(ctx, 'portal:give-feedback', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId)
    const ofRollout = sql`i.client_id = ${rollout.clientId} and i.rollout_id = ${rollout.id}`
    const [asked] = await findAskedRollouts(tx, ctx.now, ofRollout)
    const { isBroken, words } = input
    const made = asked
      ? await tx
          .insert(feedbacks)
          .values({
            ...{ mspId: ctx.mspId, clientId: rollout.clientId, rolloutId: rollout.id, isBroken, words },
            ...{ givenBy: actorName(ctx.actor), givenAt: ctx.now },
          })
          .onConflictDoNothing()
          .returning({ rolloutId: feedbacks.rolloutId })
      : []
    if (made.length === 0) throw notAllowedNow('Nobody is asked about these updates any more.')
    return { value: undefined, changes: [rolloutChange(rollout, words, { isBroken })] }
  })
}
