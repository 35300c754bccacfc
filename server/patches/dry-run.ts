import type { Decision } from '../approvals/rules.ts'
import type { Policy } from '../policies/schema.ts'
import type { Candidate, TestKnowledge } from '../rollouts/find-candidates.ts'
import { planRollout, type RolloutPlan } from '../rollouts/plan-rollout.ts'
import { nextWindows, soakEnd } from '../windows/rules.ts'
import { type DryRun, type DryRunRing, emptyDryRun, type LeftOutReason, noUndo, stateOf } from './rules.ts'

const settleWeeks = 2

/** A device of one client that lacks the patch. */
export interface LackingDevice {
  deviceId: string
  /** Told only where it cannot be taken back. */
  hostName: string
  tags: readonly string[]
  /** The patch itself first, then what shares its update set; decisions as if the patch were approved for this client. */
  set: readonly Candidate[]
  /** A rollout under way has it already. */
  isClaimed: boolean
}

export interface DryRunInput {
  policy: Policy
  zone: string
  patch: { id: string }
  /** When it is due at this client; null = no rule asks. */
  dueAt: Date | null
  devices: readonly LackingDevice[]
  /** The client has a device in its first ring. */
  testDevices: readonly { id: string; tags: readonly string[] }[]
  tested: TestKnowledge
  now: Date
}

/**
 * What would happen at one client if the patch were approved now: the planner itself is asked, so that the answer is the plan.
 * Times are the earliest: each ring opens in its first window after deferral and after the soak of the ring before. Pure.
 */
export function dryRunClient(input: DryRunInput): DryRun {
  const leftOut: Partial<Record<LeftOutReason, number>> = {}
  const leave = (reason: LeftOutReason) => {
    leftOut[reason] = (leftOut[reason] ?? 0) + 1
  }
  const going: LackingDevice[] = []
  for (const device of input.devices) {
    const reason = whyLeftOut(device, input.testDevices.length > 0)
    if (reason) leave(reason)
    else going.push(device)
  }
  const answer = planRollout({
    policy: input.policy,
    fleet: [...input.testDevices, ...going.map(({ deviceId, tags }) => ({ id: deviceId, tags }))],
    candidates: going.flatMap((device) => device.set),
    tested: input.tested,
    patchIds: [],
    now: input.now,
  })
  const planned = new Map(
    answer.isPossible
      ? answer.plan.items.flatMap((item) => (item.patchId === input.patch.id ? [[item.deviceId, item]] : []))
      : [],
  )
  for (const device of going) if (!planned.has(device.deviceId)) leave('untested')
  if (!answer.isPossible || planned.size === 0) return { ...emptyDryRun, leftOut }
  const rings = timeRings(input, answer.plan)
  const undo = { ...noUndo }
  const notUndoable: string[] = []
  for (const device of going) {
    const item = planned.get(device.deviceId)
    if (!item) continue
    undo[item.undoClass] += 1
    if (item.undoClass === 'none') notUndoable.push(device.hostName)
  }
  return {
    devices: planned.size,
    clients: 1,
    rings,
    undo,
    notUndoable: notUndoable.slice(0, 5),
    leftOut,
    late: countLate(input, rings),
    startsByHand: input.policy.startRule.kind === 'by-hand' ? 1 : 0,
  }
}

function whyLeftOut(device: LackingDevice, hasTestDevice: boolean): LeftOutReason | null {
  const [own, ...others] = device.set
  if (!own) return 'untested'
  if (device.isClaimed) return 'in-rollout'
  const refused = refusal(own.decision)
  if (refused) return refused
  if (!hasTestDevice) return 'no-test-device'
  if (device.set.some((one) => one.hasFailedBefore)) return 'failed-before'
  return others.some((one) => !one.decision.isApproved) ? 'set-waits' : null
}

function refusal(decision: Decision): 'held' | 'excepted' | 'rejected' | 'deferred' | 'client-asked' | null {
  const state = stateOf(decision)
  switch (state) {
    case 'held':
    case 'excepted':
    case 'rejected':
    case 'deferred':
    case 'client-asked':
      return state
    default:
      return null
  }
}

function timeRings({ policy, zone, now }: DryRunInput, plan: RolloutPlan): DryRunRing[] {
  let ready = firstStart(policy, zone, now)
  let isFirst = true
  return plan.rings.flatMap((planned): DryRunRing[] => {
    const rule = policy.rings[planned.position]
    if (!rule || planned.state === 'left-out') return []
    const from = ready && new Date(Math.max(ready.getTime(), planned.notBefore.getTime()))
    const window =
      from && nextWindows(rule.window, zone, from, 2, policy.cutOffMs).find((one) => one.lastStartAt > from)
    const opensAt = from && window ? new Date(Math.max(window.opensAt.getTime(), from.getTime())) : null
    ready = opensAt && soakEnd(opensAt, rule.soakMs, policy.workingHours, zone)
    const asksPerson = isFirst && policy.gate.smallRingNeedsPerson && planned.deviceCount < policy.gate.smallRingBelow
    isFirst = false
    return [
      {
        name: planned.name,
        devices: planned.deviceCount,
        opensAt,
        opensAtLatest: opensAt,
        soakMs: rule.soakMs,
        isWorkingTime: policy.workingHours !== null,
        asksPersonAt: asksPerson ? 1 : 0,
      },
    ]
  })
}

/** When the planning sweep would start the rollout; null where a person does. */
function firstStart(policy: Policy, zone: string, now: Date): Date | null {
  if (policy.startRule.kind === 'by-hand') return null
  if (policy.startRule.kind === 'at-once') return now
  const { day, at } = policy.startRule
  const rule = { kind: 'weekly' as const, days: [day], start: at, durationMs: 3_600_000, zone }
  const [start] = nextWindows(rule, zone, now, settleWeeks, 0)
  return start ? new Date(Math.max(start.opensAt.getTime(), now.getTime())) : null
}

/** Devices of rings that open after the due date. */
function countLate({ dueAt }: DryRunInput, rings: readonly DryRunRing[]): number {
  if (!dueAt) return 0
  return rings.reduce((late, ring) => late + (ring.opensAt && ring.opensAt > dueAt ? ring.devices : 0), 0)
}
