import { and, eq } from 'drizzle-orm'
import { ringPatches, rolloutRings } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { getPatchRow, patchName } from '../patches/queries.ts'
import { findRolloutFacts, getRolloutRow, raiseEpoch, require, rolloutChange } from './rollout-rows.ts'
import { isAsking, rolloutCan } from './rules.ts'
import type { ConfirmGate } from './schema.ts'
import { takeBack } from './take-back.ts'

/** A person answers a gate that asks: go on with this patch, or stop and take it back. */
export function confirmGate(ctx: Context, input: ConfirmGate): Promise<void> {
  return perform(ctx, 'rollout:confirm-gate', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    const patch = await getPatchRow(tx, input.patchId)
    const here = and(
      eq(ringPatches.rolloutId, rollout.id),
      eq(ringPatches.position, input.position),
      eq(ringPatches.patchId, patch.id),
    )
    const [gate] = await tx.select().from(ringPatches).where(here).for('update')
    require(rolloutCan.confirm(await findRolloutFacts(tx, rollout), { isAsking: gate !== undefined && isAsking(gate) }))
    if (input.answer === 'go-on') await tx.update(ringPatches).set({ isConfirmed: true }).where(here)
    else
      await takeBack(tx, ctx, rollout, {
        patchIds: [patch.id],
        source: 'person',
        setBy: actorName(ctx.actor),
        reason: input.reason,
      })
    await tx
      .update(rolloutRings)
      .set({ isDirty: true })
      .where(and(eq(rolloutRings.rolloutId, rollout.id), eq(rolloutRings.position, input.position)))
    await raiseEpoch(tx, ctx, rollout, input.answer)
    return {
      value: undefined,
      changes: [
        rolloutChange(rollout, input.reason, {
          patch: patchName(patch),
          answer: input.answer,
          evidence: gate?.verdictReason ?? '',
        }),
      ],
    }
  })
}
