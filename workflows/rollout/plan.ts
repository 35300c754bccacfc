import type { RingJudgement, RingOpening } from '../../server/rollouts/contract.ts'

/** What the ring's workflow does next, pure: all its decisions, so that they are tested without a server. */
export type RingStep =
  | { kind: 'look-again' }
  | { kind: 'wait'; forMs: number | null }
  | { kind: 'leave'; hasOpened: boolean }

/** Never sleeps less than this: a worker's clock that is behind would look again and again, and each look is history. */
const leastWaitMs = 1_000

export function afterOpening(opening: RingOpening, nowMs: number): RingStep {
  switch (opening.outcome) {
    case 'open':
      return { kind: 'look-again' }
    case 'nothing':
    case 'ended':
      return { kind: 'leave', hasOpened: false }
    case 'wait':
      return waitUntil(opening.waitUntilMs, nowMs)
  }
}

export function afterJudgement(judgement: RingJudgement, nowMs: number): RingStep {
  if (judgement.isClosed) return { kind: 'leave', hasOpened: !judgement.isEnded }
  return waitUntil(judgement.nextDueMs, nowMs)
}

/** Null: only a signal (evidence, a person) can change something. */
function waitUntil(dueMs: number | null, nowMs: number): RingStep {
  return { kind: 'wait', forMs: dueMs === null ? null : Math.max(leastWaitMs, dueMs - nowMs) }
}
