import { and, eq, inArray } from 'drizzle-orm'
import { patches } from '../../db/schema/patches.ts'
import { ringPatches } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { patchName } from '../patches/queries.ts'
import { findRolloutFacts, getRolloutRow, raiseEpoch, require, rolloutChange } from './rollout-rows.ts'
import { rolloutCan } from './rules.ts'
import type { RollBackPatches } from './schema.ts'
import { takeBack } from './take-back.ts'

/** A person takes patches of a rollout back, also after it has finished. They are held for this client until somebody lifts that. */
export function rollBackPatches(ctx: Context, input: RollBackPatches): Promise<void> {
  return perform(ctx, 'rollout:roll-back', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    const named = await tx
      .selectDistinct({ id: patches.id, name: patches.name, version: patches.version })
      .from(ringPatches)
      .innerJoin(patches, eq(patches.id, ringPatches.patchId))
      .where(and(eq(ringPatches.rolloutId, rollout.id), inArray(ringPatches.patchId, input.patchIds)))
    if (named.length !== new Set(input.patchIds).size) throw notFound('This patch')
    require(rolloutCan.rollBack(await findRolloutFacts(tx, rollout)))
    await takeBack(tx, ctx, rollout, {
      patchIds: named.map((one) => one.id),
      source: 'person',
      setBy: actorName(ctx.actor),
      reason: input.reason,
    })
    await raiseEpoch(tx, ctx, rollout, 'roll-back')
    return { value: undefined, changes: [rolloutChange(rollout, input.reason, { patches: named.map(patchName) })] }
  })
}
