import { and, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm'
import { holds } from '../../db/schema/patches.ts'
import { changeFeed } from '../../db/schema/records.ts'
import { ringPatches, rolloutRings } from '../../db/schema/rollouts.ts'
import { type Outcome, perform, type Tx } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { soakEnd } from '../windows/rules.ts'
import type { RingJudgement } from './contract.ts'
import { frozenPolicy } from './frozen-policy.ts'
import { getRolloutRow, type RolloutRow } from './rollout-rows.ts'
import { askAtMs, finalVerdicts, judgeGate } from './rules.ts'
import { settleClaims } from './settle-claims.ts'
import { takeBackFailed } from './take-back-failed.ts'

type Gate = typeof ringPatches.$inferSelect
type Ring = typeof rolloutRings.$inferSelect

/**
 * Judges every patch of an open ring by its evidence and acts on it: a pass goes on, a fail is held and taken back; so is what passed an
 * earlier ring and failed there since. Idempotent; called by the ring's workflow when time or evidence moved. A paused rollout passes
 * nothing, but still fails what failed.
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
    // Judging locks the gates first, so that what is being counted at this moment is either seen here or looked at again.
    const seen = await judgeGates(tx, ctx, rollout, ring)
    const changes = await takeBackFailed(tx, ctx, rollout)
    const judged = changes.length > 0 ? await judgeGates(tx, ctx, rollout, ring) : seen
    const hasFailed = changes.length > 0 || judged.some((gate) => gate.verdict === 'fail')
    const gates = hasFailed ? await partSets(tx, ctx, rollout, judged) : judged
    const isClosed = gates.every((gate) => finalVerdicts.has(gate.verdict))
    if (isClosed) await closeRing(tx, ctx, rollout, ring)
    return {
      value: {
        isClosed,
        nextDueMs: isClosed || rollout.isStopped ? null : nextDue(ctx, rollout, ring, gates),
        isEnded: false,
      },
      changes,
    }
  })
}

/** Writes today's verdict of each gate that is not final yet; starts the soak when the minimum is proved. Answers all gates. */
export async function judgeGates(tx: Tx, ctx: Context, rollout: RolloutRow, ring: Ring): Promise<Gate[]> {
  const policy = frozenPolicy(rollout)
  const rule = policy.rings[ring.position]
  const client = await getClientRow(tx, rollout.clientId)
  const gates = await tx
    .select()
    .from(ringPatches)
    .where(and(eq(ringPatches.rolloutId, rollout.id), eq(ringPatches.position, ring.position)))
    .for('update')
  const held = await heldPatches(tx, rollout, gates)
  const testedBefore = await patchesOfEarlierRings(tx, rollout, ring)
  const heard = rollout.isStopped ? new Map<string, number>() : await countHeard(tx, ctx, rollout, ring)
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
    const { verdict, reason, waitsFor } = judgeGate(
      {
        ...gate,
        soakEndsAtMs: rollout.isStopped ? null : (soakEndsAt?.getTime() ?? null),
        heard: heard.get(gate.patchId) ?? 0,
        deadlineAtMs: rollout.isStopped
          ? Number.POSITIVE_INFINITY
          : (ring.deadlineAt?.getTime() ?? Number.POSITIVE_INFINITY),
        extensionMs: rule.deadlineMs,
        isPromoted: ring.isPromoted && !rollout.isStopped,
        isConfirmed: gate.isConfirmed && !rollout.isStopped,
        // What was stopped is leased to nobody any more: waiting for its proofs would wait for ever.
        isHeld: held.has(gate.patchId) || gate.rollBackAt !== null || gate.isStopped,
        needsPerson:
          policy.gate.smallRingNeedsPerson && gate.due < policy.gate.smallRingBelow && !testedBefore.has(gate.patchId),
        onNotEnough: policy.gate.onNotEnough,
      },
      ctx.now.getTime(),
    )
    const next: Gate = { ...gate, verdict, verdictReason: reason, waitsFor, soakStartedAt, soakEndsAt }
    const isOther = verdict !== gate.verdict || reason !== gate.verdictReason || waitsFor !== gate.waitsFor
    if (isOther || soakStartedAt !== gate.soakStartedAt) {
      if (verdict !== gate.verdict) next.verdictAt = ctx.now
      hasMoved = true
      if (verdict === 'fail') next.isStopped = true
      await tx
        .update(ringPatches)
        .set({
          verdict,
          verdictReason: reason,
          waitsFor,
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

/** For each patch of this ring whose soak is over: on how many devices it is proved that were heard from since then. */
async function countHeard(tx: Tx, ctx: Context, rollout: RolloutRow, ring: Ring): Promise<Map<string, number>> {
  const rows = await tx.execute<{ patch_id: string; heard: number }>(sql`
    select p.patch_id, count(*)::int as heard from ring_patches p
      join plan_items i on i.msp_id = p.msp_id and i.rollout_id = p.rollout_id and i.position = p.position
        and i.patch_id = p.patch_id and i.state = 'proved'
      join device_heartbeats h on h.msp_id = i.msp_id and h.device_id = i.device_id and h.seen_at >= p.soak_ends_at
    where p.rollout_id = ${rollout.id} and p.position = ${ring.position} and p.verdict in ('collecting', 'soaking', 'asking')
      and p.soak_ends_at <= ${ctx.now.toISOString()}::timestamptz
    group by p.patch_id`)
  return new Map(rows.map((row) => [row.patch_id, row.heard]))
}

/** What failed is dropped where it waits, and so is what was to go in together with it; a gate without a device after that is skipped. */
async function partSets(tx: Tx, ctx: Context, rollout: RolloutRow, gates: Gate[]): Promise<Gate[]> {
  await settleClaims(tx, ctx, rollout.id)
  const skipped = await tx
    .select({ position: ringPatches.position, patchId: ringPatches.patchId })
    .from(ringPatches)
    .where(and(eq(ringPatches.rolloutId, rollout.id), eq(ringPatches.verdict, 'skipped')))
  const isSkipped = (gate: Gate) =>
    skipped.some((one) => one.position === gate.position && one.patchId === gate.patchId)
  return gates.map((gate) => (isSkipped(gate) ? { ...gate, verdict: 'skipped' } : gate))
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

/** Final verdicts only: what is installed here is no longer claimed; stragglers keep their claim and get what passed. */
async function closeRing(tx: Tx, ctx: Context, rollout: RolloutRow, ring: Ring): Promise<void> {
  await tx
    .update(rolloutRings)
    .set({ state: 'closed', closedAt: ctx.now, isDirty: false })
    .where(and(eq(rolloutRings.rolloutId, rollout.id), eq(rolloutRings.position, ring.position)))
  await settleClaims(tx, ctx, rollout.id)
}

/** The next moment at which time alone changes something: a soak that ends, or a question for lack of evidence. Never one that has passed. */
function nextDue(ctx: Context, rollout: RolloutRow, ring: Ring, gates: readonly Gate[]): number | null {
  const policy = frozenPolicy(rollout)
  const rule = policy.rings[ring.position]
  if (!rule) return null
  const due = gates.flatMap((gate) => {
    const { onNotEnough } = policy.gate
    const asks = ring.deadlineAt
      ? [askAtMs({ deadlineAtMs: ring.deadlineAt.getTime(), extensionMs: rule.deadlineMs, onNotEnough })]
      : []
    if (gate.verdict === 'soaking' && gate.soakEndsAt) return [gate.soakEndsAt.getTime(), ...asks]
    return gate.verdict === 'collecting' ? asks : []
  })
  const later = due.filter((moment) => moment > ctx.now.getTime())
  return later.length === 0 ? null : Math.min(...later)
}
