import { and, eq } from 'drizzle-orm'
import { rolloutRings } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { findRolloutFacts, getRolloutRow, raiseEpoch, require, rolloutChange } from './rollout-rows.ts'
import { rolloutCan } from './rules.ts'
import type { PromoteRing } from './schema.ts'

/** Skips what is left of the soak of the open ring. Proofs and the failure limit still hold; closed while a rollback is open. */
export function promoteRing(ctx: Context, input: PromoteRing): Promise<void> {
  return perform(ctx, 'rollout:promote', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    require(rolloutCan.promote(await findRolloutFacts(tx, rollout)))
    const promoted = await tx
      .update(rolloutRings)
      .set({ isPromoted: true, isDirty: true })
      .where(
        and(
          eq(rolloutRings.rolloutId, rollout.id),
          eq(rolloutRings.position, input.position),
          eq(rolloutRings.state, 'open'),
        ),
      )
      .returning({ name: rolloutRings.name })
    const [ring] = promoted
    if (!ring) throw notAllowedNow('This ring is not open.')
    await raiseEpoch(tx, ctx, rollout, 'promote')
    return { value: undefined, changes: [rolloutChange(rollout, input.reason, { ring: ring.name })] }
  })
}
