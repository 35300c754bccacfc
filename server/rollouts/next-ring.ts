import { and, asc, eq, gt, ne, sql } from 'drizzle-orm'
import { planItems, rolloutRings } from '../../db/schema/rollouts.ts'
import { requireRight, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import type { Reach } from '../proposals/rules.ts'
import type { RolloutRow } from './rollout-rows.ts'

/** The ring that a yes at this gate opens, and how many devices of it would get the patch (of all patches without one); null after the last. */
export async function findNextRing(
  tx: Tx,
  rollout: RolloutRow,
  position: number,
  patchId?: string,
): Promise<{ name: string; isLast: boolean; devices: number } | null> {
  const rings = await tx
    .select({ position: rolloutRings.position, name: rolloutRings.name })
    .from(rolloutRings)
    .where(
      and(
        eq(rolloutRings.rolloutId, rollout.id),
        gt(rolloutRings.position, position),
        ne(rolloutRings.state, 'left-out'),
      ),
    )
    .orderBy(asc(rolloutRings.position))
  const [next] = rings
  if (!next) return null
  const [found] = await tx
    .select({ devices: sql<number>`count(distinct ${planItems.deviceId})::int` })
    .from(planItems)
    .where(
      and(
        eq(planItems.rolloutId, rollout.id),
        eq(planItems.position, next.position),
        patchId ? eq(planItems.patchId, patchId) : undefined,
      ),
    )
  return { name: next.name, isLast: rings.length === 1, devices: found?.devices ?? 0 }
}

/** The last ring is Production: a person who lets something into it needs the right to that, proved anew. */
export function requireProductionRight(ctx: Context, next: { isLast: boolean } | null): void {
  if (next?.isLast) requireRight(ctx, 'rollout:approve-production')
}

/** The devices of that ring, as a proposal counts them. */
export const reachOf = (rollout: RolloutRow, next: { devices: number } | null): Reach[] =>
  next ? [{ clientId: rollout.clientId, devices: next.devices }] : []
