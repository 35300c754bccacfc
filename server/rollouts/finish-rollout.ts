import { eq } from 'drizzle-orm'
import { rolloutRings, rollouts } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { getRolloutRow, rolloutChange } from './rollout-rows.ts'
import { settleClaims } from './settle-claims.ts'

/** All rings are closed. Stragglers still get what passed at their next window; their claims stay until then. Idempotent. */
export function finishRollout(ctx: Context, input: { rolloutId: string }): Promise<void> {
  return perform(ctx, 'rollout:run', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    if (rollout.state !== 'running') return { value: undefined, changes: [] }
    await tx.update(rollouts).set({ state: 'finished', finishedAt: ctx.now }).where(eq(rollouts.id, rollout.id))
    // Reports that are being counted end first; later ones see that it is over (door.reports meets this at the ring's row).
    await tx
      .select({ position: rolloutRings.position })
      .from(rolloutRings)
      .where(eq(rolloutRings.rolloutId, rollout.id))
      .orderBy(rolloutRings.position)
      .for('no key update')
    await settleClaims(tx, ctx, rollout.id)
    return { value: undefined, changes: [rolloutChange(rollout, '', { state: 'finished' })] }
  })
}
