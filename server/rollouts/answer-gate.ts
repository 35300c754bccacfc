import { and, eq } from 'drizzle-orm'
import { ringPatches, rolloutRings } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import { getPatchRow, type PatchRow, patchName } from '../patches/queries.ts'
import type { Reach } from '../proposals/rules.ts'
import { findNextRing, reachOf, requireProductionRight } from './next-ring.ts'
import { findRolloutFacts, getRolloutRow, type RolloutRow, raiseEpoch, require, rolloutChange } from './rollout-rows.ts'
import { isAsking, rolloutCan } from './rules.ts'
import type { ConfirmGate } from './schema.ts'
import { takeBack } from './take-back.ts'

/** An answer to a gate that asks, checked and ready to be given. */
export interface CheckedAnswer {
  input: ConfirmGate
  rollout: RolloutRow
  patch: PatchRow
  evidence: string
  /** Whom a yes lets the patch in to. */
  reach: Reach[]
}

/** Locks the rollout and the gate. *Not found*, `not-allowed-now` with its sentence, or `forbidden` for a yes into Production without the right. */
export async function checkAnswer(tx: Tx, ctx: Context, input: ConfirmGate): Promise<CheckedAnswer> {
  const rollout = await getRolloutRow(tx, input.rolloutId, true)
  const patch = await getPatchRow(tx, input.patchId)
  const [gate] = await tx.select().from(ringPatches).where(here(input)).for('update')
  require(rolloutCan.confirm(await findRolloutFacts(tx, rollout), { isAsking: gate !== undefined && isAsking(gate) }))
  const next = input.answer === 'go-on' ? await findNextRing(tx, rollout, input.position, patch.id) : null
  requireProductionRight(ctx, next)
  return { input, rollout, patch, evidence: gate?.verdictReason ?? '', reach: reachOf(rollout, next) }
}

/** Whom a yes lets the patch in to. Locks nothing. */
export async function findAnswerReach(tx: Tx, { rolloutId, position, patchId }: ConfirmGate): Promise<Reach[]> {
  const rollout = await getRolloutRow(tx, rolloutId)
  return reachOf(rollout, await findNextRing(tx, rollout, position, patchId))
}

/** Gives the answer. `by` is who gave it, in words. */
export async function answerGate(tx: Tx, ctx: Context, checked: CheckedAnswer, by: string): Promise<Change[]> {
  const { input, rollout, patch, evidence } = checked
  if (input.answer === 'go-on') await tx.update(ringPatches).set({ isConfirmed: true }).where(here(input))
  else await takeBack(tx, ctx, rollout, { patchIds: [patch.id], source: 'person', setBy: by, reason: input.reason })
  await tx
    .update(rolloutRings)
    .set({ isDirty: true })
    .where(and(eq(rolloutRings.rolloutId, rollout.id), eq(rolloutRings.position, input.position)))
  await raiseEpoch(tx, ctx, rollout, input.answer)
  return [rolloutChange(rollout, input.reason, { patch: patchName(patch), answer: input.answer, evidence })]
}

const here = (input: ConfirmGate) =>
  and(
    eq(ringPatches.rolloutId, input.rolloutId),
    eq(ringPatches.position, input.position),
    eq(ringPatches.patchId, input.patchId),
  )
