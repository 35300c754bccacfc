import { and, eq, gt, inArray, isNotNull } from 'drizzle-orm'
import { ringPatches, rolloutRings, rollouts } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { soakEnd, workingTime } from '../windows/rules.ts'
import { frozenPolicy } from './frozen-policy.ts'
import { findRolloutFacts, getRolloutRow, raiseEpoch, require, rolloutChange } from './rollout-rows.ts'
import { rolloutCan } from './rules.ts'
import type { ControlRollout } from './schema.ts'

/** Goes on after a pause. What was left of each soak, in working time, starts counting now; ring deadlines move by the pause. */
export function resumeRollout(ctx: Context, input: ControlRollout): Promise<void> {
  return perform(ctx, 'rollout:resume', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    require(rolloutCan.resume(await findRolloutFacts(tx, rollout)))
    const stoppedAt = rollout.stoppedAt ?? ctx.now
    const client = await getClientRow(tx, rollout.clientId)
    const { workingHours } = frozenPolicy(rollout)
    const soaking = await tx
      .select()
      .from(ringPatches)
      .where(
        and(
          eq(ringPatches.rolloutId, rollout.id),
          inArray(ringPatches.verdict, ['collecting', 'soaking', 'asking']),
          gt(ringPatches.soakEndsAt, stoppedAt),
        ),
      )
    for (const gate of soaking) {
      // A soak that began during the pause has all of its time left.
      const from = gate.soakStartedAt && gate.soakStartedAt > stoppedAt ? gate.soakStartedAt : stoppedAt
      const leftMs = workingTime(from, gate.soakEndsAt ?? from, workingHours, client.timeZone)
      await tx
        .update(ringPatches)
        .set({ soakEndsAt: soakEnd(ctx.now, leftMs, workingHours, client.timeZone) })
        .where(
          and(
            eq(ringPatches.rolloutId, rollout.id),
            eq(ringPatches.position, gate.position),
            eq(ringPatches.patchId, gate.patchId),
          ),
        )
    }
    const pausedMs = ctx.now.getTime() - stoppedAt.getTime()
    const open = await tx
      .select()
      .from(rolloutRings)
      .where(
        and(eq(rolloutRings.rolloutId, rollout.id), eq(rolloutRings.state, 'open'), isNotNull(rolloutRings.deadlineAt)),
      )
    for (const ring of open)
      await tx
        .update(rolloutRings)
        .set({ deadlineAt: new Date((ring.deadlineAt ?? ctx.now).getTime() + pausedMs), isDirty: true })
        .where(and(eq(rolloutRings.rolloutId, rollout.id), eq(rolloutRings.position, ring.position)))
    await tx
      .update(rollouts)
      .set({ isStopped: false, stoppedAt: null, stoppedBy: null, stopReason: null })
      .where(eq(rollouts.id, rollout.id))
    await raiseEpoch(tx, ctx, rollout, 'resume')
    return { value: undefined, changes: [rolloutChange(rollout, input.reason, { pausedMs })] }
  })
}
