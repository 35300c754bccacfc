import { and, eq, isNull, sql } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import { outbox } from '../../db/schema/records.ts'
import { planItems, ringPatches, rolloutRings, rollouts } from '../../db/schema/rollouts.ts'
import { msps } from '../../db/schema/tenancy.ts'
import { perform, type Tx } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import { actorName, type Context } from '../context.ts'
import { recountFailed } from '../devices/recount-failed.ts'
import { DomainError, notAllowedNow } from '../errors.ts'
import { requirePatches } from '../patches/queries.ts'
import { findPolicyInForce } from '../policies/queries.ts'
import { outboxKinds } from './contract.ts'
import { type Candidate, findCandidates, findTestKnowledge } from './find-candidates.ts'
import { planRollout, type RolloutPlan, rolloutTitle } from './plan-rollout.ts'
import { placeDevices } from './rules.ts'
import type { StartRollout } from './schema.ts'

const chunkRows = 2_000

/**
 * Freezes a plan for one client and starts it: policy version, exact patch versions, ring membership, claims. The workflow is started
 * by the relay from the outbox row. `not-allowed-now` without a test device, or when nothing approved is unclaimed; `conflict` when
 * something else claimed the same packages meanwhile.
 */
export function startRollout(ctx: Context, input: StartRollout): Promise<{ rolloutId: string; number: number }> {
  return perform(ctx, 'rollout:start', async (tx) => {
    const client = await getClientRow(tx, input.clientId)
    await requirePatches(tx, input.patchIds)
    // The lock comes before anything is read: a second start at the same time sees what the first one claimed.
    const number = await nextNumber(tx, ctx.mspId)
    const inForce = await findPolicyInForce(tx, client.id)
    const fleet = await tx
      .select({ id: devices.id, tags: devices.tags, hostName: devices.hostName, failedCount: devices.failedCount })
      .from(devices)
      .where(and(eq(devices.clientId, client.id), isNull(devices.retiredAt)))
    const candidates = await findCandidates(tx, client.id, inForce.policy, ctx.now)
    const positions = placeDevices(inForce.policy.rings, fleet)
    const testDeviceIds = fleet.filter((device) => positions.get(device.id) === 0).map((device) => device.id)
    const tested = await findTestKnowledge(tx, client.id, testDeviceIds)
    const answer = planRollout({
      policy: inForce.policy,
      fleet,
      candidates,
      tested,
      patchIds: input.patchIds,
      now: ctx.now,
    })
    if (!answer.isPossible) throw notAllowedNow(answer.reason)
    const { plan } = answer
    const title = input.title || rolloutTitle(plan.items)
    const [made] = await tx
      .insert(rollouts)
      .values({
        mspId: ctx.mspId,
        clientId: client.id,
        number,
        title,
        policyVersion: inForce.label,
        policy: { ...inForce.policy },
        state: 'running',
        startedBy: actorName(ctx.actor),
        startedAt: ctx.now,
      })
      .returning({ id: rollouts.id })
    if (!made) throw new Error('insert returned no rollout')
    await writePlan(tx, { mspId: ctx.mspId, clientId: client.id, rolloutId: made.id }, plan, ctx.now).catch(sayConflict)
    // What failed before is under way again.
    const failedIds = new Set(fleet.filter((device) => device.failedCount > 0).map((device) => device.id))
    await recountFailed(tx, ctx, [...failedIds.intersection(new Set(plan.items.map((item) => item.deviceId)))])
    await tx.insert(outbox).values({
      mspId: ctx.mspId,
      stream: made.id,
      kind: outboxKinds.start,
      payload: { rolloutId: made.id, clientId: client.id, number },
      createdAt: ctx.now,
    })
    return {
      value: { rolloutId: made.id, number },
      changes: [
        {
          clientId: client.id,
          subject: { kind: 'rollout', id: made.id, name: `R-${number} ${title}` },
          details: { policyVersion: inForce.label, devices: plan.deviceCount, patches: plan.patchIds.length },
        },
      ],
    }
  })
}

/** Numbers count up within the whole MSP, whatever the person sees of it; the row lock puts starts in order. */
async function nextNumber(tx: Tx, mspId: string): Promise<number> {
  const [row] = await tx
    .update(msps)
    .set({ lastRolloutNumber: sql`${msps.lastRolloutNumber} + 1` })
    .where(eq(msps.id, mspId))
    .returning({ number: msps.lastRolloutNumber })
  if (!row) throw new Error('the MSP of this context has no row')
  return row.number
}

/** The index has the last word on claims, whoever made them; here it becomes a sentence. */
function sayConflict(error: unknown): never {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && 'constraint_name' in cause && cause.constraint_name === 'plan_items_claim')
    throw new DomainError('conflict', 'Another rollout has just taken some of these packages. Look again.')
  throw error
}

type Owner = { mspId: string; clientId: string; rolloutId: string }

async function writePlan(tx: Tx, owner: Owner, plan: RolloutPlan, now: Date): Promise<void> {
  await tx.insert(rolloutRings).values(plan.rings.map((ring) => ({ ...owner, ...ring })))
  for (let start = 0; start < plan.gates.length; start += chunkRows)
    await tx
      .insert(ringPatches)
      .values(plan.gates.slice(start, start + chunkRows).map((gate) => ({ ...owner, ...gate })))
  for (let start = 0; start < plan.items.length; start += chunkRows)
    await tx
      .insert(planItems)
      .values(plan.items.slice(start, start + chunkRows).map((item) => toItemRow(owner, item, now)))
}

function toItemRow(owner: Owner, item: Candidate & { position: number }, now: Date) {
  return {
    ...owner,
    deviceId: item.deviceId,
    patchId: item.patchId,
    position: item.position,
    packageName: item.packageName,
    setKey: item.setKey,
    fromVersion: item.fromVersion,
    toVersion: item.version,
    architecture: item.architecture,
    sha256: item.sha256,
    predecessorSha256: item.predecessorSha256,
    undoClass: item.undoClass,
    stateAt: now,
  }
}
