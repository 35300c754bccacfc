/** What a ring is doing, in one word, for strips, lanes and sentences. Pure. */
export type RingPhase =
  | 'left-out'
  | 'waiting'
  | 'running'
  | 'soaking'
  | 'asking'
  | 'passed'
  | 'failed'
  /** Nothing got this far. */
  | 'skipped'
  /** The rollout was aborted before or while it ran. */
  | 'stopped'

export interface RingCounts {
  state: 'waiting' | 'open' | 'closed' | 'left-out'
  /** How many gates (patches with a device here) stand where. */
  gates: { asking: number; soaking: number; collecting: number; passed: number; failed: number }
}

/** An asking gate comes before a soak, and a soak before what still collects: that is what a person looks for. */
export function ringPhase(ring: RingCounts, rolloutState: 'running' | 'finished' | 'aborted'): RingPhase {
  if (ring.state === 'left-out') return 'left-out'
  if (ring.state === 'closed') return ring.gates.passed > 0 ? 'passed' : ring.gates.failed > 0 ? 'failed' : 'skipped'
  if (rolloutState !== 'running') return 'stopped'
  if (ring.state === 'waiting') return 'waiting'
  if (ring.gates.asking > 0) return 'asking'
  return ring.gates.soaking > 0 && ring.gates.collecting === 0 ? 'soaking' : 'running'
}
