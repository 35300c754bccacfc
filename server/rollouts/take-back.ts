import { and, eq, inArray, isNull } from 'drizzle-orm'
import { holds } from '../../db/schema/patches.ts'
import { ringPatches } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import type { RolloutRow } from './rollout-rows.ts'
import { stopHeld } from './stop-held.ts'

export interface TakeBack {
  patchIds: readonly string[]
  source: 'gate' | 'person'
  setBy: string
  reason: string
}

/**
 * Marks patches of a rollout to be taken back wherever they went in, stops them in every ring, and holds them for this client: its other
 * rollouts install them no further either.
 * The dispatch sweep makes the orders, newest ring first, and frees devices that did not start yet; a device that is away gets its order
 * when it is back.
 */
export async function takeBack(tx: Tx, ctx: Context, rollout: RolloutRow, how: TakeBack): Promise<void> {
  const patchIds = [...how.patchIds]
  await tx
    .update(ringPatches)
    .set({ isStopped: true, rollBackAt: ctx.now })
    .where(
      and(
        eq(ringPatches.rolloutId, rollout.id),
        inArray(ringPatches.patchId, patchIds),
        isNull(ringPatches.rollBackAt),
      ),
    )
  await stopHeld(tx, patchIds, [rollout.clientId])
  const standing = await tx
    .select({ patchId: holds.patchId })
    .from(holds)
    .where(and(inArray(holds.patchId, patchIds), eq(holds.clientId, rollout.clientId), isNull(holds.liftedAt)))
  const held = new Set(standing.map((one) => one.patchId))
  const missing = patchIds.filter((patchId) => !held.has(patchId))
  if (missing.length === 0) return
  await tx.insert(holds).values(
    missing.map((patchId) => ({
      mspId: ctx.mspId,
      clientId: rollout.clientId,
      patchId,
      source: how.source,
      reason: how.reason,
      rolloutId: rollout.id,
      setBy: how.setBy,
      setAt: ctx.now,
    })),
  )
}
