import { and, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm'
import { holds, patches } from '../../db/schema/patches.ts'
import { changeFeed } from '../../db/schema/records.ts'
import { planItems, ringPatches, rolloutRings } from '../../db/schema/rollouts.ts'
import { type Outcome, perform, type Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { patchName } from '../patches/queries.ts'
import { policySchema } from '../policies/schema.ts'
import { soakEnd } from '../windows/rules.ts'
import type { RingJudgement } from './contract.ts'
import { getRolloutRow, type RolloutRow, rolloutChange } from './rollout-rows.ts'
import { finalVerdicts, judgeGate } from './rules.ts'
import { takeBack } from './take-back.ts'

type Gate = typeof ringPatches.$inferSelect
type Ring = typeof rolloutRings.$inferSelect

/**
 * Judges every patch of an open ring by its evidence and acts on it: a pass goes on, a fail is held and taken back. Idempotent; called
 * by the ring's workflow when time or evidence moved. A paused rollout passes nothing, but still fails what failed.
 */
export function judgeRing(ctx: Context, input: { rolloutId: string; position: number }): Promise<RingJudgement> {
  return perform(ctx, 'rollout:run', async (tx): Promise<Outcome<RingJudgement>> => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    const [ring] = await tx
      .select()
      .from(rolloutRings)
      .where(and(eq(rolloutRings.rolloutId, rollout.id), eq(rolloutRings.position, input.position)))
    if (!ring || rollout.state !== 'running')
      return { value: { isClosed: true, nextDueMs: null, isEnded: true }, changes: [] }
    if (ring.state !== 'open') return { value: { isClosed: true, nextDueMs: null, isEnded: false }, changes: [] }
    const gates = await judgeGates(tx, ctx, rollout, ring)
    const changes = await takeBackFailed(tx, ctx, rollout, ring, gates)
    const isClosed = gates.every((gate) => finalVerdicts.has(gate.verdict))
    if (isClosed) await closeRing(tx, ctx, rollout, ring)
    return {
      value: { isClosed, nextDueMs: isClosed || rollout.isStopped ? null : nextDue(ctx, ring, gates), isEnded: false },
      changes,
    }
  })
}

/** Writes today's verdict of each gate that is not final yet; starts the soak when the minimum is proved. Answers all gates. */
export async function judgeGates(tx: Tx, ctx: Context, rollout: RolloutRow, ring: Ring): Promise<Gate[]> {
  const policy = policySchema.parse(rollout.policy)
  const rule = policy.rings[ring.position]
  const client = await getClientRow(tx, rollout.clientId)
  const gates = await tx
    .select()
    .from(ringPatches)
    .where(and(eq(ringPatches.rolloutId, rollout.id), eq(ringPatches.position, ring.position)))
    .for('update')
  const held = await heldPatches(tx, rollout, gates)
  const testedBefore = await patchesOfEarlierRings(tx, rollout, ring)
  const judged: Gate[] = []
  let hasMoved = false
  for (const gate of gates) {
    if (finalVerdicts.has(gate.verdict) || !rule) {
      judged.push(gate)
      continue
    }
    const isProved = gate.proved >= gate.provedNeeded && gate.provedNeeded > 0
    const soakStartedAt = gate.soakStartedAt ?? (isProved ? ctx.now : null)
    const soakEndsAt =
      gate.soakEndsAt ?? (soakStartedAt && soakEnd(soakStartedAt, rule.soakMs, policy.workingHours, client.timeZone))
    const { verdict, reason } = judgeGate(
      {
        ...gate,
        soakEndsAtMs: rollout.isStopped ? null : (soakEndsAt?.getTime() ?? null),
        deadlineAtMs: rollout.isStopped
          ? Number.POSITIVE_INFINITY
          : (ring.deadlineAt?.getTime() ?? Number.POSITIVE_INFINITY),
        isPromoted: ring.isPromoted && !rollout.isStopped,
        isHeld: held.has(gate.patchId) || gate.rollBackAt !== null,
        needsPerson:
          policy.gate.smallRingNeedsPerson && gate.due < policy.gate.smallRingBelow && !testedBefore.has(gate.patchId),
        onNotEnough: policy.gate.onNotEnough,
      },
      ctx.now.getTime(),
    )
    const next: Gate = { ...gate, verdict, verdictReason: reason, soakStartedAt, soakEndsAt }
    if (verdict !== gate.verdict || reason !== gate.verdictReason || soakStartedAt !== gate.soakStartedAt) {
      if (verdict !== gate.verdict) next.verdictAt = ctx.now
      hasMoved = true
      if (verdict === 'fail') next.isStopped = true
      await tx
        .update(ringPatches)
        .set({
          verdict,
          verdictReason: reason,
          verdictAt: next.verdictAt,
          soakStartedAt,
          soakEndsAt,
          isStopped: next.isStopped,
        })
        .where(
          and(
            eq(ringPatches.rolloutId, rollout.id),
            eq(ringPatches.position, ring.position),
            eq(ringPatches.patchId, gate.patchId),
          ),
        )
    }
    judged.push(next)
  }
  if (hasMoved)
    await tx
      .insert(changeFeed)
      .values({ mspId: rollout.mspId, clientId: rollout.clientId, topic: 'rollout', subjectId: rollout.id })
  return judged
}

/** The first ring that has devices for a patch is its test. */
async function patchesOfEarlierRings(tx: Tx, rollout: RolloutRow, ring: Ring): Promise<Set<string>> {
  const rows = await tx
    .select({ patchId: ringPatches.patchId })
    .from(ringPatches)
    .where(and(eq(ringPatches.rolloutId, rollout.id), lt(ringPatches.position, ring.position), gt(ringPatches.due, 0)))
  return new Set(rows.map((row) => row.patchId))
}

async function heldPatches(tx: Tx, rollout: RolloutRow, gates: readonly Gate[]): Promise<Set<string>> {
  const rows = await tx
    .select({ patchId: holds.patchId })
    .from(holds)
    .where(
      and(
        isNull(holds.liftedAt),
        sql`(${holds.clientId} is null or ${holds.clientId} = ${rollout.clientId})`,
        inArray(
          holds.patchId,
          gates.map((gate) => gate.patchId),
        ),
      ),
    )
  return new Set(rows.map((row) => row.patchId))
}

/**
 * Evidence of failure holds the patch for this client and takes it back from every ring of this rollout, once. A hold of a person or of
 * the breaker only stops it: what works stays, and a person may roll it back.
 */
async function takeBackFailed(
  tx: Tx,
  ctx: Context,
  rollout: RolloutRow,
  ring: Ring,
  gates: readonly Gate[],
): Promise<Change[]> {
  const failed = gates.filter(
    (gate) => gate.verdict === 'fail' && gate.rollBackAt === null && gate.failed > gate.failureLimit,
  )
  if (failed.length === 0) return []
  const named = await tx
    .select()
    .from(patches)
    .where(
      inArray(
        patches.id,
        failed.map((gate) => gate.patchId),
      ),
    )
  const changes: Change[] = []
  for (const gate of failed) {
    const patch = named.find((one) => one.id === gate.patchId)
    const reason = `${patch ? patchName(patch) : 'A patch'} failed the gate of ring ${ring.name}: ${gate.verdictReason}`
    await takeBack(tx, ctx, rollout, {
      patchIds: [gate.patchId],
      source: 'gate',
      setBy: `Gate of ${ring.name}`,
      reason,
    })
    changes.push({
      ...rolloutChange(rollout, reason),
      details: { patchId: gate.patchId, decision: 'hold and take back' },
    })
  }
  return changes
}

/** Final verdicts only: what is installed here is no longer claimed; stragglers keep their claim and get what passed. */
async function closeRing(tx: Tx, ctx: Context, rollout: RolloutRow, ring: Ring): Promise<void> {
  await tx
    .update(rolloutRings)
    .set({ state: 'closed', closedAt: ctx.now, isDirty: false })
    .where(and(eq(rolloutRings.rolloutId, rollout.id), eq(rolloutRings.position, ring.position)))
  await tx
    .update(planItems)
    .set({ isClaimed: false })
    .where(
      and(
        eq(planItems.rolloutId, rollout.id),
        eq(planItems.position, ring.position),
        inArray(planItems.state, ['proved', 'rolled-back', 'overtaken', 'vanished', 'dropped']),
      ),
    )
}

/** The next moment at which time alone changes something: a soak that ends, or the deadline. */
function nextDue(ctx: Context, ring: Ring, gates: readonly Gate[]): number | null {
  const due = gates.flatMap((gate) => {
    if (gate.verdict === 'soaking' && gate.soakEndsAt) return [gate.soakEndsAt.getTime()]
    return gate.verdict === 'collecting' && ring.deadlineAt ? [ring.deadlineAt.getTime()] : []
  })
  const later = due.filter((moment) => moment > ctx.now.getTime())
  return due.length === 0 ? null : later.length === due.length ? Math.min(...due) : ctx.now.getTime()
}
