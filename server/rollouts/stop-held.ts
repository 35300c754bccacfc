import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import { ringPatches, rolloutRings, rollouts } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'

/**
 * A hold acts at once: its patches are stopped in every rollout of its scope that may still install them, also in one that has finished
 * and only waits for stragglers, and open gates are judged anew. What is not stopped here is denied by door.start_denial.
 */
export async function stopHeld(
  tx: Tx,
  patchIds: readonly string[],
  clientIds: 'all' | readonly string[],
): Promise<void> {
  const inScope = tx
    .select({ id: rollouts.id })
    .from(rollouts)
    .where(
      and(
        ne(rollouts.state, 'aborted'),
        clientIds === 'all' ? undefined : inArray(rollouts.clientId, [...clientIds]),
        // Written out: the patch is of the statement around this one.
        sql`(rollouts.state = 'running' or exists (select from plan_items i where i.msp_id = rollouts.msp_id and i.rollout_id = rollouts.id
          and i.patch_id = ring_patches.patch_id and i.state in ('planned', 'staged', 'ordered', 'installing')))`,
      ),
    )
  const stopped = await tx
    .update(ringPatches)
    .set({ isStopped: true })
    .where(
      and(
        inArray(ringPatches.patchId, [...patchIds]),
        eq(ringPatches.isStopped, false),
        inArray(ringPatches.rolloutId, inScope),
      ),
    )
    .returning({ rolloutId: ringPatches.rolloutId })
  if (stopped.length === 0) return
  await tx
    .update(rolloutRings)
    .set({ isDirty: true })
    .where(
      and(
        eq(rolloutRings.state, 'open'),
        inArray(rolloutRings.rolloutId, [...new Set(stopped.map((one) => one.rolloutId))]),
      ),
    )
}
