import { and, eq, inArray } from 'drizzle-orm'
import { planItems, rollouts } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { getRolloutRow, rolloutChange } from './rollout-rows.ts'

/** All rings are closed. Stragglers still get what passed at their next window; their claims stay until then. Idempotent. */
export function finishRollout(ctx: Context, input: { rolloutId: string }): Promise<void> {
  return perform(ctx, 'rollout:run', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    if (rollout.state !== 'running') return { value: undefined, changes: [] }
    await tx.update(rollouts).set({ state: 'finished', finishedAt: ctx.now }).where(eq(rollouts.id, rollout.id))
    await tx
      .update(planItems)
      .set({ isClaimed: false })
      .where(
        and(
          eq(planItems.rolloutId, rollout.id),
          inArray(planItems.state, [
            'proved',
            'failed',
            'rolled-back',
            'rollback-failed',
            'overtaken',
            'vanished',
            'dropped',
          ]),
        ),
      )
    return { value: undefined, changes: [rolloutChange(rollout, '', { state: 'finished' })] }
  })
}
