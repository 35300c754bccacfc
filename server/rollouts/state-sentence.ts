import { formatDateTime, formatDuration, formatOf, plural } from '../../components/format.ts'
import type { RingPhase } from './ring-phase.ts'

export interface StateFacts {
  state: 'running' | 'finished' | 'aborted'
  isStopped: boolean
  stoppedBy: string | null
  stopReason: string | null
  rings: readonly {
    name: string
    phase: RingPhase
    proved: number
    due: number
    notBefore: Date
    soakEndsAt: Date | null
  }[]
  /** Patches that were taken back or are being taken back. */
  takenBack: number
  zone: string
  now: Date
}

/** What the sentence is about, so that screens can choose its mark. */
export type StateKind =
  | 'running'
  | 'soaking'
  | 'asking'
  | 'paused'
  | 'scheduled'
  | 'finished'
  | 'taken-back'
  | 'aborted'
export interface StateWords {
  kind: StateKind
  /** "Running, ring Test soaks": above the title. */
  short: string
  /** "Soaks until Wed 14:00, 1 patch rolled back": in lists. */
  sentence: string
}

/** How a rollout stands, in one line. Pure. */
export function stateSentence(facts: StateFacts): StateWords {
  const { state, rings, now, zone } = facts
  const back = facts.takenBack > 0 ? `, ${plural(facts.takenBack, 'patch', 'patches')} rolled back` : ''
  if (state === 'aborted')
    return { kind: 'aborted', short: 'Aborted', sentence: `Aborted by ${facts.stoppedBy}: ${facts.stopReason}` }
  if (state === 'finished') {
    const isBad = !rings.some((ring) => ring.phase === 'passed')
    return { kind: isBad || back ? 'taken-back' : 'finished', short: `Finished${back}`, sentence: `Finished${back}` }
  }
  if (facts.isStopped)
    return { kind: 'paused', short: 'Paused', sentence: `Paused by ${facts.stoppedBy}: ${facts.stopReason}${back}` }
  const asking = rings.find((ring) => ring.phase === 'asking')
  if (asking)
    return {
      kind: 'asking',
      short: `Running, the gate of ${asking.name} waits for a person`,
      sentence: `Gate waits for a person${back}`,
    }
  const soaking = rings.find((ring) => ring.phase === 'soaking')
  if (soaking) {
    const leftMs = (soaking.soakEndsAt?.getTime() ?? 0) - now.getTime()
    const until =
      !soaking.soakEndsAt || leftMs <= 0
        ? 'Soak is over, the gate waits to hear from its devices'
        : leftMs < 3_600_000
          ? `Soaks ${formatDuration(leftMs)} more`
          : `Soaks until ${formatDateTime(soaking.soakEndsAt, zone, now)}`
    return { kind: 'soaking', short: `Running, ring ${soaking.name} soaks`, sentence: `${until}${back}` }
  }
  const open = rings.find((ring) => ring.phase === 'running')
  if (open)
    return {
      kind: 'running',
      short: `Running, ring ${open.name} is open`,
      sentence: `${open.name}: ${formatOf(open.proved, open.due)} proved${back}`,
    }
  const next = rings.find((ring) => ring.phase === 'waiting')
  if (next && next.notBefore > now)
    return {
      kind: 'scheduled',
      short: `Running, ring ${next.name} waits`,
      sentence: `${next.name} opens ${formatDateTime(next.notBefore, zone, now)}${back}`,
    }
  return { kind: 'running', short: 'Running', sentence: next ? `${next.name} opens now${back}` : `Ends now${back}` }
}
