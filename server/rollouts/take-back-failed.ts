import { and, eq, gt, isNull } from 'drizzle-orm'
import { patches } from '../../db/schema/patches.ts'
import { changeFeed } from '../../db/schema/records.ts'
import { ringPatches, rolloutRings } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import { patchName } from '../patches/queries.ts'
import { type RolloutRow, rolloutChange } from './rollout-rows.ts'
import { overLimit } from './rules.ts'
import { takeBack } from './take-back.ts'

/**
 * Evidence of failure in any ring, also in one that passed before, holds the patch for this client and takes it back from every ring of
 * this rollout, once. A hold of a person or of the breaker only stops it: what works stays, and a person may roll it back.
 */
export async function takeBackFailed(tx: Tx, ctx: Context, rollout: RolloutRow): Promise<Change[]> {
  const failed = await tx
    .select({ gate: ringPatches, ringName: rolloutRings.name, patch: patches })
    .from(ringPatches)
    .innerJoin(
      rolloutRings,
      and(eq(rolloutRings.rolloutId, ringPatches.rolloutId), eq(rolloutRings.position, ringPatches.position)),
    )
    .innerJoin(patches, eq(patches.id, ringPatches.patchId))
    .where(
      and(
        eq(ringPatches.rolloutId, rollout.id),
        isNull(ringPatches.rollBackAt),
        gt(ringPatches.failed, ringPatches.failureLimit),
      ),
    )
    .orderBy(ringPatches.position, ringPatches.patchId)
  if (failed.length === 0) return []
  const changes: Change[] = []
  const done = new Set<string>()
  for (const { gate, ringName, patch } of failed) {
    const wasDecided = gate.verdict === 'pass'
    const why = `${overLimit(gate)}${wasDecided ? '; it had passed before' : ''}`
    if (gate.verdict !== 'fail') await failGate(tx, ctx, gate, why)
    if (done.has(gate.patchId)) continue
    done.add(gate.patchId)
    const reason = `${patchName(patch)} failed the gate of ring ${ringName}: ${why}`
    await takeBack(tx, ctx, rollout, {
      patchIds: [gate.patchId],
      source: 'gate',
      setBy: `Gate of ${ringName}`,
      reason,
    })
    changes.push({
      ...rolloutChange(rollout, reason),
      details: { patchId: gate.patchId, decision: 'hold and take back' },
    })
  }
  await tx
    .insert(changeFeed)
    .values({ mspId: rollout.mspId, clientId: rollout.clientId, topic: 'rollout', subjectId: rollout.id })
  return changes
}

/** The ring that let it pass says what is true now. */
async function failGate(tx: Tx, ctx: Context, gate: typeof ringPatches.$inferSelect, reason: string): Promise<void> {
  await tx
    .update(ringPatches)
    .set({ verdict: 'fail', verdictReason: reason, verdictAt: ctx.now })
    .where(
      and(
        eq(ringPatches.rolloutId, gate.rolloutId),
        eq(ringPatches.position, gate.position),
        eq(ringPatches.patchId, gate.patchId),
      ),
    )
}
