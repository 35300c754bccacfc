import { and, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import { clientPatchDues } from '../../db/schema/due-dates.ts'
import { clientPatchClasses, devicePatches, patches } from '../../db/schema/patches.ts'
import { planItems, ringPatches, rollouts } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import { classOf, isClassOf } from '../approvals/find-classes.ts'
import { findStanding } from '../approvals/find-standing.ts'
import { type Decision, decide } from '../approvals/rules.ts'
import type { Can } from '../can.ts'
import { dueOf, isDueOf } from '../due-dates/queries.ts'
import type { ChangesStop } from '../msps/changes-row.ts'
import { patchName } from '../patches/queries.ts'
import { testTags } from '../policies/rules.ts'
import type { Policy } from '../policies/schema.ts'
import { maxAttempts } from '../rollouts/rules.ts'
import { type DeviceAttempt, findAttempts } from './find-attempts.ts'
import type { DeviceRow } from './queries.ts'
import { deviceCan, type KeptBack } from './rules.ts'
import type { Why } from './why-facts.ts'
import { whyNotPatched } from './why-sentence.ts'

/** One patch that a device lacks, or that is on its way in or out there. */
export interface MissingPatch {
  patchId: string
  name: string
  version: string
  fromVersion: string | null
  classification: string
  severity: string
  undoClass: string
  undoReason: string
  /** The earliest date that the client's rule packs and its policy ask for; null where none does. */
  dueAt: Date | null
  /** Who asks that: "Cyber Essentials asks 14 days from release". */
  dueRule: string | null
  isPastDue: boolean
  /** The last day of the exception that keeps it off, "2028-02-29": until then it is not past due here. */
  exceptedUntil: string | null
  why: Why
  rung: Decision['rung']
  isApproved: boolean
  rollout: { id: string; number: number } | null
  /** Null when nothing failed here that a retry would be about. */
  retry: Can | null
}

export interface MissingInput {
  device: DeviceRow
  clientName: string
  policy: Policy
  stop: ChangesStop | null
  now: Date
}

/** What a device lacks and what moves there, the most important first, each with its why. */
export async function findMissing(tx: Tx, input: MissingInput): Promise<MissingPatch[]> {
  const { device, policy, now } = input
  const attempts = await findAttempts(tx, device, now)
  const moving = [...attempts.values()].filter((one) => one.isLive).map((one) => one.patchId)
  const rows = await tx
    .select({ missing: devicePatches, patch: patches, said: clientPatchClasses, asked: clientPatchDues })
    .from(devicePatches)
    .innerJoin(patches, eq(patches.id, devicePatches.patchId))
    .leftJoin(clientPatchClasses, isClassOf(devicePatches))
    .leftJoin(clientPatchDues, isDueOf(devicePatches))
    .where(
      and(
        eq(devicePatches.deviceId, device.id),
        or(isNull(devicePatches.resolvedAt), inArray(devicePatches.patchId, moving)),
      ),
    )
    .orderBy(patches.name, desc(patches.firstSeenAt))
    .limit(500)
  const standing = await findStanding(tx, { clientId: device.clientId, now })
  const decided = rows.map((row) => ({
    ...row,
    decision: decide({
      patch: { ...row.patch, ...classOf(row.said) },
      undoClass: row.missing.undoClass,
      ...standing.about(row.patch.id, device.clientId, device.id),
      rules: policy.approvalRules,
      now,
    }),
  }))
  const patchIds = rows.map((row) => row.patch.id)
  const tried = await findTried(tx, device, patchIds)
  const failed = await findFailedBefore(tx, device)
  const hasTest = await hasTestDevice(tx, device.clientId, policy)
  const found = decided.map(({ missing, patch, said, asked, decision }): MissingPatch => {
    const attempt = attempts.get(patch.id) ?? null
    const due = dueOf(asked)
    const excepted = decision.rung === 'exception' ? decision.exception : null
    const isLate = due !== null && due.at < now && missing.resolvedAt === null && !isIn(attempt)
    const isPastDue = isLate && !excepted
    const name = patchName(patch)
    const why = whyNotPatched({
      patchName: name,
      clientName: input.clientName,
      zone: device.timeZone,
      now,
      device: { status: device.status, seenAt: device.lastSeenAt, isRebootPending: device.isRebootPending },
      stop: input.stop,
      decision,
      elsewhere: said && said.classification !== patch.classification ? patch.classification : null,
      startRule: policy.startRule,
      hasTestDevice: hasTest,
      setWaitsFor: decided
        .filter((one) => one.missing.setKey === missing.setKey && one.patch.id !== patch.id && !one.decision.isApproved)
        .map((one) => patchName(one.patch)),
      hasFailedBefore: failed.has(patch.id),
      triedIn: attempt?.isLive ? null : (tried.get(patch.id) ?? null),
      attempt,
      pastDue: isPastDue ? due : null,
    })
    return {
      patchId: patch.id,
      name: patch.name,
      version: patch.version,
      fromVersion: missing.fromVersion,
      classification: patch.classification,
      severity: patch.severity,
      undoClass: missing.undoClass,
      undoReason: missing.undoReason,
      dueAt: due?.at ?? null,
      dueRule: due?.rule ?? null,
      isPastDue,
      exceptedUntil: excepted?.lastDay ?? null,
      why,
      rung: decision.rung,
      isApproved: decision.isApproved,
      rollout: attempt ? { id: attempt.rolloutId, number: attempt.rolloutNumber } : null,
      retry: attempt && isFailure(attempt) ? judgeRetry(device, name, attempt, keptBackBy(decision.rung)) : null,
    }
  })
  return found.sort((a, b) => weight(b) - weight(a) || (a.dueAt?.getTime() ?? 9e15) - (b.dueAt?.getTime() ?? 9e15))
}

/** Proved on the device: the scan that says so to the fleet is on its way. */
const isIn = (attempt: DeviceAttempt | null) => attempt?.isLive === true && attempt.state === 'proved'

const isFailure = (attempt: DeviceAttempt) => attempt.state === 'failed' || attempt.state === 'rolled-back'

/** What a retry cannot overrule. */
const keptBackBy = (rung: Decision['rung']): KeptBack => (rung === 'hold' || rung === 'exception' ? rung : null)

/** The same question for the button and for the verb. */
export function judgeRetry(device: DeviceRow, name: string, attempt: DeviceAttempt, keptBack: KeptBack): Can {
  return deviceCan.retry({
    isRetired: device.retiredAt !== null,
    itemState: attempt.state,
    isClaimed: attempt.isClaimed,
    rollout: { number: attempt.rolloutNumber, state: attempt.rolloutState },
    ring: { name: attempt.ring.name, isOpenOrPassed: attempt.ring.state === 'open' || attempt.ring.state === 'closed' },
    patchName: name,
    isPatchStopped: attempt.gate.isStopped,
    keptBack,
    installs: attempt.installs,
    maxInstalls: maxAttempts,
    hasLiveOrder: attempt.hasLiveOrder,
  })
}

const markWeights: Partial<Record<Why['mark'], number>> = {
  failed: 8,
  held: 7,
  'rolled-back': 6,
  asking: 4,
  'pending-reboot': 3,
  installing: 3,
}

/** What a person should read first: failures and holds, then what is past due. */
const weight = (patch: MissingPatch) =>
  (markWeights[patch.why.mark] ?? (patch.why.mark === 'soaking' ? 0 : 1)) + (patch.isPastDue ? 4.5 : 0)

/** Running rollouts of this client that try these patches, by patch. */
async function findTried(tx: Tx, device: DeviceRow, patchIds: string[]): Promise<Map<string, number>> {
  const rows = await tx
    .selectDistinct({ patchId: ringPatches.patchId, number: rollouts.number })
    .from(ringPatches)
    .innerJoin(rollouts, and(eq(rollouts.mspId, ringPatches.mspId), eq(rollouts.id, ringPatches.rolloutId)))
    .where(
      and(
        eq(ringPatches.clientId, device.clientId),
        eq(rollouts.state, 'running'),
        inArray(ringPatches.patchId, patchIds),
      ),
    )
  return new Map(rows.map((row) => [row.patchId, row.number]))
}

/** What an earlier rollout could not get in here; the planner leaves it out (find-candidates.ts says the same). */
async function findFailedBefore(tx: Tx, device: DeviceRow): Promise<Set<string>> {
  const rows = await tx
    .selectDistinct({ patchId: planItems.patchId })
    .from(planItems)
    .where(
      and(eq(planItems.deviceId, device.id), inArray(planItems.state, ['failed', 'rolled-back', 'rollback-failed'])),
    )
  return new Set(rows.map((row) => row.patchId))
}

/** The first ring of a policy is chosen by tags; without a device in it no rollout starts. */
export async function hasTestDevice(tx: Tx, clientId: string, policy: Policy): Promise<boolean> {
  const tags = testTags(policy)
  const [row] = await tx
    .select({ one: sql`1` })
    .from(devices)
    .where(
      and(
        eq(devices.clientId, clientId),
        isNull(devices.retiredAt),
        sql`${devices.tags} && ${sql.param(tags)}::text[]`,
      ),
    )
    .limit(1)
  return row !== undefined
}
