import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import { patches } from '../../db/schema/patches.ts'
import { read, type Tx } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { requirePatches } from '../patches/queries.ts'
import { missingPermission } from '../permissions.ts'
import { findPolicyInForce } from '../policies/queries.ts'
import { type Candidate, findCandidates, findTestKnowledge } from './find-candidates.ts'
import { planRollout } from './plan-rollout.ts'
import { placeDevices } from './rules.ts'
import type { RolloutChoices } from './schema.ts'

export interface PatchChoice {
  id: string
  name: string
  version: string
  classification: string
  devices: number
  undo: { kept: number; fetchable: number; snapshot: number; none: number }
}
export interface StartPreview {
  /** Why a start is refused, in the words of the verb. */
  refusal: string | null
  deviceCount: number
  rings: { name: string; deviceCount: number }[]
  isLab: boolean
  policyVersion: string
}
export interface StartChoices {
  /** Null when the actor may start; else why not. */
  denial: string | null
  patches: PatchChoice[]
  preview: StartPreview
}

/** What a person can start by hand at a client: approved patches that no rollout holds, and what the start would do. Changes nothing. */
export function getRolloutChoices(ctx: Context, input: RolloutChoices): Promise<StartChoices> {
  return read(ctx, 'rollout:read', async (tx) => {
    const denial = ctx.permissions.has('rollout:start') ? null : missingPermission('rollout:start')
    return { denial, ...(await previewStart(tx, ctx, input.clientId, input.patchIds)) }
  })
}

/** The same inputs as `startRollout` gives to the plan, without writing it. */
async function previewStart(tx: Tx, ctx: Context, clientId: string, patchIds: readonly string[]) {
  const client = await getClientRow(tx, clientId)
  await requirePatches(tx, patchIds)
  const { policy, label } = await findPolicyInForce(tx, client.id)
  const fleet = await tx
    .select({ id: devices.id, tags: devices.tags })
    .from(devices)
    .where(and(eq(devices.clientId, client.id), isNull(devices.retiredAt)))
  const candidates = await findCandidates(tx, client.id, policy, ctx.now)
  const positions = placeDevices(policy.rings, fleet)
  const testDevices = fleet.filter((device) => positions.get(device.id) === 0).map((device) => device.id)
  const tested = await findTestKnowledge(tx, client.id, testDevices)
  const answer = planRollout({ policy, fleet, candidates, tested, patchIds, now: ctx.now })
  const preview: StartPreview = answer.isPossible
    ? {
        refusal: null,
        deviceCount: answer.plan.deviceCount,
        rings: answer.plan.rings.map(({ name, deviceCount }) => ({ name, deviceCount })),
        isLab: policy.isLab,
        policyVersion: label,
      }
    : { refusal: answer.reason, deviceCount: 0, rings: [], isLab: policy.isLab, policyVersion: label }
  return { patches: await nameChoices(tx, candidates), preview }
}

async function nameChoices(tx: Tx, candidates: readonly Candidate[]): Promise<PatchChoice[]> {
  const approved = Map.groupBy(
    candidates.filter((one) => one.decision.isApproved),
    (one) => one.patchId,
  )
  const rows = await tx
    .select({
      id: patches.id,
      name: patches.name,
      version: patches.version,
      classification: patches.classification,
    })
    .from(patches)
    .where(inArray(patches.id, [...approved.keys()]))
    .orderBy(asc(patches.name), asc(patches.version))
  return rows.flatMap((row) => {
    const found = approved.get(row.id)
    if (!found) return []
    const undo = { kept: 0, fetchable: 0, snapshot: 0, none: 0 }
    for (const one of found) undo[one.undoClass]++
    return [{ ...row, devices: found.length, undo }]
  })
}
