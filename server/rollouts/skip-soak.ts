import { and, eq } from 'drizzle-orm'
import { rolloutRings } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import type { Reach } from '../proposals/rules.ts'
import { findNextRing, reachOf, requireProductionRight } from './next-ring.ts'
import { findRolloutFacts, getRolloutRow, type RolloutRow, raiseEpoch, require, rolloutChange } from './rollout-rows.ts'
import { rolloutCan } from './rules.ts'
import type { PromoteRing } from './schema.ts'

export interface CheckedPromotion {
  input: PromoteRing
  rollout: RolloutRow
  reach: Reach[]
}

/** Locks the rollout. *Not found*, `not-allowed-now` with its sentence, or `forbidden` before Production without the right to it. */
export async function checkPromotion(tx: Tx, ctx: Context, input: PromoteRing): Promise<CheckedPromotion> {
  const rollout = await getRolloutRow(tx, input.rolloutId, true)
  require(rolloutCan.promote(await findRolloutFacts(tx, rollout)))
  const next = await findNextRing(tx, rollout, input.position)
  requireProductionRight(ctx, next)
  return { input, rollout, reach: reachOf(rollout, next) }
}

/** Who comes next without the rest of the soak. Locks nothing. */
export async function findPromotionReach(tx: Tx, { rolloutId, position }: PromoteRing): Promise<Reach[]> {
  const rollout = await getRolloutRow(tx, rolloutId)
  return reachOf(rollout, await findNextRing(tx, rollout, position))
}

/** Ends the soak of the open ring. */
export async function skipSoak(tx: Tx, ctx: Context, { input, rollout }: CheckedPromotion): Promise<Change[]> {
  const [ring] = await tx
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
  if (!ring) throw notAllowedNow('This ring is not open.')
  await raiseEpoch(tx, ctx, rollout, 'promote')
  return [rolloutChange(rollout, input.reason, { ring: ring.name })]
}
