import { and, eq, sql } from 'drizzle-orm'
import { changeFeed } from '../../db/schema/records.ts'
import { ringPatches, ringWindows, rolloutRings } from '../../db/schema/rollouts.ts'
import { perform, type Tx } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import type { Policy } from '../policies/schema.ts'
import { expandWindow, soakEnd } from '../windows/rules.ts'
import type { RingOpening } from './contract.ts'
import { frozenPolicy } from './frozen-policy.ts'
import { getRolloutRow, type RolloutRow } from './rollout-rows.ts'
import { settleClaims } from './settle-claims.ts'

const windowHorizonMs = 60 * 24 * 3_600_000
/** Late reports and clocks: a watch runs this much longer than the soak. */
const watchMarginMs = 60_000

/**
 * Opens a ring: only patches that passed every ring before it go on, the exact versions; its windows become instants. Idempotent.
 * `wait` while the deferral runs or a person has paused; `nothing` when no patch got this far.
 */
export function openRing(ctx: Context, input: { rolloutId: string; position: number }): Promise<RingOpening> {
  return perform(ctx, 'rollout:run', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId, true)
    const done = (outcome: RingOpening['outcome'], waitUntilMs: number | null = null) => ({
      value: { outcome, waitUntilMs },
      changes: [],
    })
    if (rollout.state !== 'running') return done('ended')
    const here = and(eq(rolloutRings.rolloutId, rollout.id), eq(rolloutRings.position, input.position))
    const [ring] = await tx.select().from(rolloutRings).where(here)
    if (!ring) return done('nothing')
    if (ring.state === 'open' || ring.state === 'closed') return done('open')
    if (rollout.isStopped) return done('wait')
    if (ring.notBefore > ctx.now) return done('wait', ring.notBefore.getTime())
    await skipWhatFailedBefore(tx, ctx, rollout, input.position)
    const going = await tx
      .update(ringPatches)
      .set({ verdict: 'collecting', verdictAt: ctx.now })
      .where(
        and(
          eq(ringPatches.rolloutId, rollout.id),
          eq(ringPatches.position, input.position),
          eq(ringPatches.verdict, 'waiting'),
        ),
      )
      .returning({ patchId: ringPatches.patchId })
    const policy = frozenPolicy(rollout)
    const rule = policy.rings[input.position]
    if (going.length === 0 || !rule) {
      await tx.update(rolloutRings).set({ state: 'closed', closedAt: ctx.now }).where(here)
      return done('nothing')
    }
    const client = await getClientRow(tx, rollout.clientId)
    await writeWindows(tx, ctx, rollout, input.position, policy)
    const watchMs =
      soakEnd(ctx.now, rule.soakMs, policy.workingHours, client.timeZone).getTime() - ctx.now.getTime() + watchMarginMs
    await tx
      .update(rolloutRings)
      .set({
        state: 'open',
        openedAt: ctx.now,
        deadlineAt: new Date(ctx.now.getTime() + rule.deadlineMs),
        watchMs,
        isDirty: true,
      })
      .where(here)
    await tx
      .insert(changeFeed)
      .values({ mspId: rollout.mspId, clientId: rollout.clientId, topic: 'rollout', subjectId: rollout.id })
    return done('open')
  })
}

/** A patch that did not pass an earlier ring, or is stopped, is skipped here and its devices are free for the next rollout. */
async function skipWhatFailedBefore(tx: Tx, ctx: Context, rollout: RolloutRow, position: number): Promise<void> {
  const skipped = await tx
    .update(ringPatches)
    .set({ verdict: 'skipped', verdictAt: ctx.now, verdictReason: 'Did not pass the ring before' })
    .where(
      and(
        eq(ringPatches.rolloutId, rollout.id),
        eq(ringPatches.position, position),
        eq(ringPatches.verdict, 'waiting'),
        sql`(${ringPatches.isStopped} or exists (select from ring_patches earlier where earlier.rollout_id = ${ringPatches.rolloutId}
          and earlier.patch_id = ${ringPatches.patchId} and earlier.position < ${ringPatches.position}
          and earlier.due > 0 and earlier.verdict <> 'pass'))`,
      ),
    )
    .returning({ patchId: ringPatches.patchId })
  if (skipped.length > 0) await settleClaims(tx, ctx, rollout.id)
}

/** Windows of the ring as instants for each zone its devices live in; `*` = whatever the device's zone. */
export async function writeWindows(
  tx: Tx,
  ctx: Context,
  rollout: RolloutRow,
  position: number,
  policy: Policy,
): Promise<void> {
  const rule = policy.rings[position]
  if (!rule) return
  const isPerDevice = rule.window.kind === 'weekly' && rule.window.zone === 'device'
  const zones = isPerDevice
    ? await tx.execute<{
        time_zone: string
      }>(sql`select distinct d.time_zone from plan_items i join devices d on d.id = i.device_id
        where i.rollout_id = ${rollout.id} and i.position = ${position}`)
    : [{ time_zone: '*' }]
  const until = new Date(ctx.now.getTime() + windowHorizonMs)
  const owner = { mspId: rollout.mspId, clientId: rollout.clientId, rolloutId: rollout.id, position }
  const rows = zones.flatMap(({ time_zone: timeZone }) =>
    expandWindow(rule.window, timeZone === '*' ? 'UTC' : timeZone, ctx.now, until, policy.cutOffMs).map((one) => ({
      ...owner,
      timeZone,
      ...one,
    })),
  )
  if (rows.length > 0) await tx.insert(ringWindows).values(rows).onConflictDoNothing()
}
