import { eq } from 'drizzle-orm'
import { rollouts } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { findRolloutFacts, getRolloutRow, raiseEpoch, require, rolloutChange } from './rollout-rows.ts'
import { rolloutCan } from './rules.ts'
import type { ControlRollout } from './schema.ts'

/**
 * No order and no permit from the moment this commits, Temporal or not; a running transaction is finished, never killed. Soak timers
 * stop counting. Rolling back goes on: it is the safe direction.
 */
export function pauseRollout(ctx: Context, input: ControlRollout): Promise<void> {
  return perform(ctx, 'rollout:pause', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    require(rolloutCan.pause(await findRolloutFacts(tx, rollout)))
    await tx
      .update(rollouts)
      .set({ isStopped: true, stoppedAt: ctx.now, stoppedBy: actorName(ctx.actor), stopReason: input.reason })
      .where(eq(rollouts.id, rollout.id))
    await raiseEpoch(tx, ctx, rollout, 'pause')
    return { value: undefined, changes: [rolloutChange(rollout, input.reason)] }
  })
}
