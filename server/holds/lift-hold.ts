import { and, eq, inArray, isNull, ne } from 'drizzle-orm'
import { breakers, holds } from '../../db/schema/patches.ts'
import { planItems, rollouts } from '../../db/schema/rollouts.ts'
import { perform, type Tx } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError, notFound } from '../errors.ts'
import { getPatchRow, patchName } from '../patches/queries.ts'
import { settleClaims } from '../rollouts/settle-claims.ts'
import type { LiftHold } from './schema.ts'

/**
 * Lifts one hold, with a reason. The patch may then be planned again, also for stragglers of a rollout that has ended; a tripped breaker
 * starts counting anew.
 */
export function liftHold(ctx: Context, input: LiftHold): Promise<void> {
  return perform(ctx, 'hold:lift', async (tx) => {
    const [hold] = await tx
      .select()
      .from(holds)
      .where(and(eq(holds.id, input.holdId), isNull(holds.liftedAt)))
    if (!hold) throw notFound('This hold')
    const patch = await getPatchRow(tx, hold.patchId)
    if (hold.clientId === null && ctx.clients !== 'all')
      throw new DomainError('forbidden', 'A hold for all clients is lifted by people who see all clients.')
    await tx
      .update(holds)
      .set({ liftedAt: ctx.now, liftedBy: actorName(ctx.actor), liftReason: input.reason })
      .where(and(eq(holds.id, hold.id), isNull(holds.liftedAt)))
    if (hold.source === 'breaker')
      await tx
        .update(breakers)
        .set({ failedDevices: 0, failedDeviceIds: [], trippedAt: null })
        .where(eq(breakers.patchId, hold.patchId))
    await freeStopped(tx, ctx, hold)
    return {
      value: undefined,
      changes: [
        {
          clientId: hold.clientId,
          subject: { kind: 'hold', id: patch.id, name: patchName(patch) },
          reason: input.reason,
          details: { wasSetBy: hold.setBy, was: hold.reason },
        },
      ],
    }
  })
}

/** In a rollout that has ended, who waited for this patch gets it no more and is free; one that runs judges its gates and does it itself. */
async function freeStopped(tx: Tx, ctx: Context, hold: typeof holds.$inferSelect): Promise<void> {
  const waiting = await tx
    .selectDistinct({ rolloutId: planItems.rolloutId })
    .from(planItems)
    .innerJoin(rollouts, and(eq(rollouts.id, planItems.rolloutId), ne(rollouts.state, 'running')))
    .where(
      and(
        eq(planItems.patchId, hold.patchId),
        hold.clientId === null ? undefined : eq(planItems.clientId, hold.clientId),
        eq(planItems.isClaimed, true),
        inArray(planItems.state, ['planned', 'staged']),
      ),
    )
    .orderBy(planItems.rolloutId)
  for (const { rolloutId } of waiting) await settleClaims(tx, ctx, rolloutId)
}
