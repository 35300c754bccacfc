import { and, eq, inArray, sql } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import { patches } from '../../db/schema/patches.ts'
import { outbox } from '../../db/schema/records.ts'
import { planItems, rolloutRings, rollouts } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Can } from '../can.ts'
import type { Context } from '../context.ts'
import { notAllowedNow, notFound } from '../errors.ts'
import { outboxKinds } from './contract.ts'
import type { RolloutFacts } from './rules.ts'

export type RolloutRow = typeof rollouts.$inferSelect

/**
 * One rollout, or *not found*. `lock` for verbs that change it: they and the door's permits wait for each other, in order of asking
 * (`door.rollout_turn`), then for other verbs. Not the strongest row lock: counting a report checks foreign keys to this row.
 */
export async function getRolloutRow(tx: Tx, rolloutId: string, lock = false): Promise<RolloutRow> {
  if (lock)
    await tx.execute(sql`select pg_advisory_xact_lock(door.rollout_turn(id)) from rollouts where id = ${rolloutId}`)
  const query = tx.select().from(rollouts).where(eq(rollouts.id, rolloutId))
  const [row] = lock ? await query.for('no key update') : await query
  if (!row) throw notFound('This rollout')
  return row
}

/** What the rules of `rolloutCan` need to know. */
export async function findRolloutFacts(tx: Tx, rollout: RolloutRow): Promise<RolloutFacts> {
  const waiting = await tx
    .select({ name: patches.name, version: patches.version, hostName: devices.hostName })
    .from(planItems)
    .innerJoin(patches, eq(patches.id, planItems.patchId))
    .innerJoin(devices, eq(devices.id, planItems.deviceId))
    .where(and(eq(planItems.rolloutId, rollout.id), eq(planItems.state, 'rolling-back')))
    .limit(20)
  const [ring] = await tx
    .select({
      name: rolloutRings.name,
      // Written out: in a select from one table the columns of a fragment lose their table's name.
      isSoaking: sql<boolean>`exists (select from ring_patches p where p.rollout_id = rollout_rings.rollout_id
        and p.position = rollout_rings.position and p.verdict = 'soaking')`,
    })
    .from(rolloutRings)
    .where(and(eq(rolloutRings.rolloutId, rollout.id), eq(rolloutRings.state, 'open')))
  const [installed] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(planItems)
    .where(and(eq(planItems.rolloutId, rollout.id), inArray(planItems.state, ['proved', 'installing'])))
  return {
    state: rollout.state,
    isStopped: rollout.isStopped,
    openRollbacks: waiting.map((one) => ({
      patchName: `${one.name} ${one.version}`,
      waitingFor: `${one.hostName} has not reported yet`,
    })),
    openRing: ring ?? null,
    installedCount: installed?.count ?? 0,
  }
}

/** Throws the sentence the disabled button shows. */
export function require(can: Can): void {
  if (!can.can) throw notAllowedNow(can.reason)
}

/** A person decided: epoch + 1 and the outbox row that tells the workflow, with the change. */
export async function raiseEpoch(tx: Tx, ctx: Context, rollout: RolloutRow, kind: string): Promise<void> {
  const epoch = rollout.controlEpoch + 1
  await tx.update(rollouts).set({ controlEpoch: epoch }).where(eq(rollouts.id, rollout.id))
  await tx.insert(outbox).values({
    mspId: ctx.mspId,
    stream: rollout.id,
    kind: outboxKinds.control,
    payload: { rolloutId: rollout.id, epoch, decision: kind },
    createdAt: ctx.now,
  })
}

export function rolloutChange(rollout: RolloutRow, reason: string, details: Record<string, unknown> = {}): Change {
  return {
    clientId: rollout.clientId,
    subject: { kind: 'rollout', id: rollout.id, name: `R-${rollout.number} ${rollout.title}` },
    reason,
    details,
  }
}
