import { and, eq, inArray } from 'drizzle-orm'
import { planItems, rollouts, workOrders } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { actorName, type Context } from '../context.ts'
import { type RolloutRow, raiseEpoch, rolloutChange } from './rollout-rows.ts'
import { settleClaims } from './settle-claims.ts'

/** Ends a rollout whose row the caller holds: what did not start will not, its claims are free again. What is installed stays. */
export async function callOff(tx: Tx, ctx: Context, rollout: RolloutRow, reason: string): Promise<Change> {
  await tx
    .update(rollouts)
    .set({
      state: 'aborted',
      finishedAt: ctx.now,
      isStopped: true,
      stoppedAt: ctx.now,
      stoppedBy: actorName(ctx.actor),
      stopReason: reason,
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
  return rolloutChange(rollout, reason)
}
