import { ageStart } from '../approvals/rules.ts'
import type { Policy } from '../policies/schema.ts'
import type { Candidate, TestKnowledge } from './find-candidates.ts'
import { gateNumbers, placeDevices } from './rules.ts'

export interface PlanInput {
  policy: Policy
  /** All devices of the client that are not retired. */
  fleet: readonly { id: string; tags: readonly string[] }[]
  candidates: readonly Candidate[]
  tested: TestKnowledge
  /** Empty = all that are approved. */
  patchIds: readonly string[]
  now: Date
}
export interface RolloutPlan {
  rings: {
    position: number
    name: string
    deviceCount: number
    state: 'waiting' | 'left-out'
    concurrency: number | null
    notBefore: Date
  }[]
  gates: {
    position: number
    patchId: string
    due: number
    provedNeeded: number
    failureLimit: number
    verdict: 'waiting' | 'skipped'
  }[]
  items: (Candidate & { position: number })[]
  patchIds: string[]
  deviceCount: number
}
export type PlanAnswer = { isPossible: true; plan: RolloutPlan } | { isPossible: false; reason: string }

/** Who has no test device hears this sentence, on the overview and from every start. */
export const noTestDevice = 'Choose at least one test device'

/**
 * Freezes a plan, pure. An update set goes in whole or not at all: a set with one member that is not approved waits.
 * A device of an outer ring joins only with what is tested here: in this plan, in an earlier rollout, or by no test device having it.
 * A ring opens when the newest of its patches is old enough for it. A ring without a device for this plan is left out. The first ring that has devices for a patch is its test, with the small-ring rule.
 */
export function planRollout(input: PlanInput): PlanAnswer {
  const positions = placeDevices(input.policy.rings, input.fleet)
  if (![...positions.values()].some((position) => position === 0))
    return { isPossible: false, reason: `${noTestDevice}.` }
  const placed = wholeSets(input).map((set) =>
    set.flatMap((candidate) => {
      const position = positions.get(candidate.deviceId)
      return position === undefined ? [] : [{ ...candidate, position }]
    }),
  )
  const inTestRing = new Set(placed.flat().flatMap((item) => (item.position === 0 ? [item.patchId] : [])))
  const items = placed
    .filter((set) => set.every((item) => item.position === 0 || isTested(item, inTestRing, input.tested)))
    .flat()
  if (items.length === 0) return { isPossible: false, reason: 'Nothing is approved that no rollout holds already.' }
  const patchIds = [...new Set(items.map((item) => item.patchId))]
  const rings = input.policy.rings.map((ring, position) => {
    const here = items.filter((item) => item.position === position)
    const deviceCount = new Set(here.map((item) => item.deviceId)).size
    const newest = here.reduce((latest, item) => Math.max(latest, ageStart(item).getTime()), 0)
    const state = deviceCount > 0 ? ('waiting' as const) : ('left-out' as const)
    const notBefore = new Date(Math.max(input.now.getTime(), newest + ring.deferralMs))
    return { position, name: ring.name, deviceCount, state, concurrency: ring.concurrency, notBefore }
  })
  const gates = patchIds.flatMap((patchId) => {
    let isFirstRing = true
    return input.policy.rings.map((_, position) => {
      const due = items.filter((item) => item.patchId === patchId && item.position === position).length
      const numbers = gateNumbers(input.policy.gate, due, isFirstRing)
      if (due > 0) isFirstRing = false
      return { position, patchId, due, ...numbers, verdict: due > 0 ? ('waiting' as const) : ('skipped' as const) }
    })
  })
  const deviceCount = new Set(items.map((item) => item.deviceId)).size
  return { isPossible: true, plan: { rings, gates, items, patchIds, deviceCount } }
}

/** Candidates whose whole update set is approved and wanted. */
function wholeSets(input: PlanInput): Candidate[][] {
  const sets = new Map<string, Candidate[]>()
  for (const candidate of input.candidates) {
    const key = `${candidate.deviceId} ${candidate.setKey}`
    sets.set(key, [...(sets.get(key) ?? []), candidate])
  }
  const wanted = new Set(input.patchIds)
  return [...sets.values()]
    .filter((set) => set.every((one) => one.decision.isApproved))
    .filter((set) =>
      wanted.size === 0 ? !set.some((one) => one.hasFailedBefore) : set.some((one) => wanted.has(one.patchId)),
    )
}

/** A late reporter must not slip past the test ring: while another rollout here still tries the patch, it waits for that. */
function isTested(item: Candidate, inTestRing: ReadonlySet<string>, tested: TestKnowledge): boolean {
  if (inTestRing.has(item.patchId) || tested.passed.has(item.patchId)) return true
  if (tested.underTest.has(item.patchId)) return false
  return !tested.testPackages.has(item.packageName) || tested.testVersions.has(`${item.packageName}=${item.version}`)
}

/** "lab-svc 2.0 and 3 more": what a rollout is called when nobody names it. */
export function rolloutTitle(items: readonly Candidate[]): string {
  const names = [...new Set(items.map((item) => `${item.packageName} ${item.version}`))].sort()
  const [first, second] = names
  if (names.length === 1) return `${first}`
  return names.length === 2 ? `${first} and ${second}` : `${first} and ${names.length - 1} more`
}
