import { and, eq, inArray, isNull, ne } from 'drizzle-orm'
import { breakers, holds } from '../../db/schema/patches.ts'
import { planItems, rollouts } from '../../db/schema/rollouts.ts'
import { requireWhole, type Tx } from '../access.ts'
import { wholeOnly } from '../approvals/rules.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { findReach } from '../patches/find-reach.ts'
import { getPatchRow, type PatchRow, patchName } from '../patches/queries.ts'
import { type Reach, scopeOf } from '../proposals/rules.ts'
import { settleClaims } from '../rollouts/settle-claims.ts'
import type { LiftHold } from './schema.ts'

export interface CheckedLift {
  input: LiftHold
  hold: typeof holds.$inferSelect
  patch: PatchRow
}

const standing = (holdId: string) => and(eq(holds.id, holdId), isNull(holds.liftedAt))

/** The standing hold. *Not found*, or `forbidden` for one over all clients by somebody who sees some. */
export async function checkLift(tx: Tx, ctx: Context, input: LiftHold): Promise<CheckedLift> {
  const [hold] = await tx.select().from(holds).where(standing(input.holdId))
  if (!hold) throw notFound('This hold')
  const patch = await getPatchRow(tx, hold.patchId)
  if (hold.clientId === null) requireWhole(ctx, wholeOnly.takeBack)
  return { input, hold, patch }
}

/** Whom the patch may reach again. */
export const findLiftReach = (tx: Tx, { hold }: CheckedLift): Promise<Reach[]> =>
  findReach(tx, { patchId: hold.patchId, clients: scopeOf(hold.clientId) })

/** Lifts it; a tripped breaker starts counting anew. `by` is who lifted it, in words. */
export async function endHold(
  tx: Tx,
  ctx: Context,
  { input, hold, patch }: CheckedLift,
  by: string,
): Promise<Change[]> {
  const lifted = await tx
    .update(holds)
    .set({ liftedAt: ctx.now, liftedBy: by, liftReason: input.reason })
    .where(standing(hold.id))
    .returning({ id: holds.id })
  // Somebody else was a moment faster.
  if (lifted.length === 0) throw notFound('This hold')
  if (hold.source === 'breaker')
    await tx
      .update(breakers)
      .set({ failedDevices: 0, failedDeviceIds: [], trippedAt: null })
      .where(eq(breakers.patchId, hold.patchId))
  await freeStopped(tx, ctx, hold)
  return [
    {
      clientId: hold.clientId,
      subject: { kind: 'hold', id: patch.id, name: patchName(patch) },
      reason: input.reason,
      details: { wasSetBy: hold.setBy, was: hold.reason },
    },
  ]
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
