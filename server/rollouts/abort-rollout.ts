import { and, eq, inArray } from 'drizzle-orm'
import { planItems, rollouts, workOrders } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { findRolloutFacts, getRolloutRow, raiseEpoch, require, rolloutChange } from './rollout-rows.ts'
import { rolloutCan } from './rules.ts'
import type { ControlRollout } from './schema.ts'
import { settleClaims } from './settle-claims.ts'

/** Ends a rollout: what did not start will not, its claims are free again. What is installed stays; take it back with a rollback. */
export function abortRollout(ctx: Context, input: ControlRollout): Promise<void> {
  return perform(ctx, 'rollout:abort', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    require(rolloutCan.abort(await findRolloutFacts(tx, rollout)))
    await tx
      .update(rollouts)
      .set({
        state: 'aborted',
        finishedAt: ctx.now,
        isStopped: true,
        stoppedAt: ctx.now,
        stoppedBy: actorName(ctx.actor),
        stopReason: input.reason,
      })
      .where(eq(rollouts.id, rollout.id))
    await tx
      .update(workOrders)
      .set({ state: 'void', finishedAt: ctx.now })
      .where(
        and(
          eq(workOrders.rolloutId, rollout.id),
          inArray(workOrders.state, ['unsigned', 'ready']),
          inArray(workOrders.verb, ['stage', 'install']),
        ),
      )
    await tx
      .update(planItems)
      .set({ state: 'dropped', isClaimed: false, stateAt: ctx.now, reason: 'The rollout was aborted' })
      .where(and(eq(planItems.rolloutId, rollout.id), inArray(planItems.state, ['planned', 'staged', 'ordered'])))
    await settleClaims(tx, ctx, rollout.id)
    await raiseEpoch(tx, ctx, rollout, 'abort')
    return { value: undefined, changes: [rolloutChange(rollout, input.reason)] }
  })
}
