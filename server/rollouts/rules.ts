import { type Can, no, yes } from '../can.ts'
import type { GateRule, RingRule } from '../policies/schema.ts'

/**
 * The rules of a rollout, pure: what may be done to it and why not, who is in which ring, and what a gate says.
 * Source: DESIGN "Rollout rules". Free of Zod and of clocks, so that workflow code and the browser may import it.
 */

/** What a rule needs to know of a rollout. */
export interface RolloutFacts {
  state: 'running' | 'finished' | 'aborted'
  isStopped: boolean
  /** Patches of this rollout whose rollback has devices left, with one of them by name. */
  openRollbacks: readonly { patchName: string; waitingFor: string }[]
  /** The ring that is open, if any. */
  openRing: { name: string; isSoaking: boolean } | null
  installedCount: number
}

const ended = (rollout: RolloutFacts): Can | null =>
  rollout.state === 'running'
    ? null
    : no(rollout.state === 'finished' ? 'This rollout has finished.' : 'This rollout was aborted.')

/** A disabled button shows the reason; the verb refuses with the same one. */
export const rolloutCan = {
  pause: (rollout: RolloutFacts): Can => ended(rollout) ?? (rollout.isStopped ? no('It is paused already.') : yes),
  resume: (rollout: RolloutFacts): Can => ended(rollout) ?? (rollout.isStopped ? yes : no('It is not paused.')),
  abort: (rollout: RolloutFacts): Can => ended(rollout) ?? yes,
  promote: (rollout: RolloutFacts): Can => {
    const [rollback] = rollout.openRollbacks
    return (
      ended(rollout) ??
      (rollout.isStopped
        ? no('It is paused. Resume it first.')
        : rollback
          ? no(`Promote opens when the rollback of ${rollback.patchName} has ended: ${rollback.waitingFor}.`)
          : rollout.openRing?.isSoaking
            ? yes
            : no('No ring soaks now.'))
    )
  },
  confirm: (rollout: RolloutFacts, gate: { isAsking: boolean }): Can =>
    ended(rollout) ??
    (rollout.isStopped ? no('It is paused. Resume it first.') : gate.isAsking ? yes : no('This gate asks nobody now.')),
  rollBack: (rollout: RolloutFacts): Can =>
    rollout.installedCount > 0 ? yes : no('Nothing of this rollout is installed.'),
} as const

/** 32-bit FNV-1a over the id: the same device lands in the same place for ever. */
export function stablePlace(deviceId: string): number {
  let hash = 0x811c9dc5
  for (const character of deviceId) {
    hash ^= character.charCodeAt(0)
    hash = Math.imul(hash, 0x01000193) >>> 0
  }
  return hash / 0x1_0000_0000
}

/**
 * The ring of each device: tags first, then shares of the devices outside the first ring, the rest last. Position per device id.
 * A device that a tag ring names stays there also when a later ring would take it.
 */
export function placeDevices(
  rings: readonly RingRule[],
  devices: readonly { id: string; tags: readonly string[] }[],
): Map<string, number> {
  const placed = new Map<string, number>()
  for (const device of devices) {
    const byTag = rings.findIndex(
      (ring) => ring.members.kind === 'tags' && ring.members.tags.some((tag) => device.tags.includes(tag)),
    )
    if (byTag >= 0) {
      placed.set(device.id, byTag)
      continue
    }
    let share = 0
    const point = stablePlace(device.id)
    const byShare = rings.findIndex((ring) => {
      if (ring.members.kind === 'rest') return true
      if (ring.members.kind !== 'percent') return false
      share += ring.members.percent / 100
      return point < share
    })
    if (byShare >= 0) placed.set(device.id, byShare)
  }
  return placed
}

/** Proofs needed and failures allowed for a gate over `due` devices. Small test rings: one proof, no failure. */
export function gateNumbers(
  gate: GateRule,
  due: number,
  isFirstRing: boolean,
): { provedNeeded: number; failureLimit: number } {
  if (isFirstRing && due < gate.smallRingBelow) return { provedNeeded: Math.min(1, due), failureLimit: 0 }
  return {
    provedNeeded: Math.ceil(due * gate.provedShare),
    failureLimit: due > 50 ? Math.floor(due * gate.failureShareAbove50) : gate.failureLimit,
  }
}

/** The evidence for one patch in one ring. Times are milliseconds since the epoch. */
export interface GateEvidence {
  due: number
  proved: number
  failed: number
  provedNeeded: number
  failureLimit: number
  soakEndsAtMs: number | null
  /** How many of the proved devices were heard from since the soak ended; none before that. */
  heard: number
  deadlineAtMs: number
  /** How long `soak-longer` waits past the deadline before it asks too. */
  extensionMs: number
  isPromoted: boolean
  isConfirmed: boolean
  isHeld: boolean
  needsPerson: boolean
  onNotEnough: 'ask' | 'soak-longer'
}
export type Verdict = 'collecting' | 'soaking' | 'asking' | 'pass' | 'fail'
/** What a gate that is not final waits for: more proofs, the soak, devices that are silent since its end, or a person's yes. */
export type WaitsFor = 'proofs' | 'soak' | 'silent' | 'person'
export interface Judgement {
  verdict: Verdict
  reason: string
  waitsFor: WaitsFor | null
}
const final = (verdict: 'pass' | 'fail', reason: string): Judgement => ({ verdict, reason, waitsFor: null })
const waits = (waitsFor: WaitsFor, verdict: Verdict, reason: string): Judgement => ({ verdict, reason, waitsFor })

/**
 * The gate: pass needs enough proofs, failures at or under the limit, and the soak over; silence is not success, so a proof counts at the
 * end only of a device that was heard from after the soak: what a patch of network or boot breaks cannot tell.
 * A gate that can no longer pass says fail at once, in mid-soak. Not enough evidence asks a person: at the deadline, or, where the policy
 * soaks longer, after waiting as long once more. Silence never lets a rollout wait for ever.
 */
export function judgeGate(evidence: GateEvidence, nowMs: number): Judgement {
  const { due, proved, failed, failureLimit, provedNeeded } = evidence
  const counted = `${proved} of ${due} proved, ${failed} failed`
  if (failed > failureLimit) return final('fail', overLimit(evidence))
  if (evidence.isHeld) return final('fail', `${counted}; the patch is held`)
  const isEnough = proved >= provedNeeded && provedNeeded > 0
  if (evidence.isConfirmed) return final('pass', `${counted}; a person said yes`)
  const mustAsk = nowMs >= askAtMs(evidence)
  if (!isEnough) {
    const words = `${counted}, ${provedNeeded} needed`
    return mustAsk ? waits('proofs', 'asking', `${notEnough}: ${words}`) : waits('proofs', 'collecting', words)
  }
  const isSoaked = evidence.isPromoted || (evidence.soakEndsAtMs !== null && nowMs >= evidence.soakEndsAtMs)
  if (!isSoaked) return waits('soak', 'soaking', counted)
  if (!evidence.isPromoted && evidence.heard < provedNeeded) {
    const words = `${counted}, ${evidence.heard} heard from since the soak, ${provedNeeded} needed`
    return mustAsk ? waits('silent', 'asking', `${notEnough}: ${words}`) : waits('silent', 'soaking', words)
  }
  if (evidence.needsPerson) return waits('person', 'asking', `${counted}; a small test ring asks for a person's yes`)
  return final('pass', counted)
}

/** How a gate without enough evidence begins its question. */
const notEnough = 'Not enough evidence'

/** When a gate without enough evidence asks a person, in milliseconds since the epoch. */
export function askAtMs(gate: Pick<GateEvidence, 'deadlineAtMs' | 'extensionMs' | 'onNotEnough'>): number {
  return gate.deadlineAtMs + (gate.onNotEnough === 'soak-longer' ? gate.extensionMs : 0)
}

/** Why a gate failed by its own evidence. */
export function overLimit(gate: Pick<GateEvidence, 'due' | 'proved' | 'failed' | 'failureLimit'>): string {
  return `${gate.proved} of ${gate.due} proved, ${gate.failed} failed, limit ${gate.failureLimit}`
}

/** It waits for an answer that nobody has given yet. */
export function isAsking(gate: { verdict: string; isConfirmed: boolean; rollBackAt: Date | null }): boolean {
  return gate.verdict === 'asking' && !gate.isConfirmed && gate.rollBackAt === null
}

export const finalVerdicts: ReadonlySet<string> = new Set(['pass', 'fail', 'skipped'])
/** A failed install may be tried again this often. */
export const maxAttempts = 5
