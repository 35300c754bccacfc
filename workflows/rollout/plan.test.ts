import { expect, test } from 'vitest'
import { afterJudgement, afterOpening } from './plan.ts'

test('a ring whose deferral runs waits for its moment, a paused one for a person', () => {
  expect(afterOpening({ outcome: 'wait', waitUntilMs: 5_000 }, 1_000)).toEqual({ kind: 'wait', forMs: 4_000 })
  expect(afterOpening({ outcome: 'wait', waitUntilMs: null }, 1_000)).toEqual({ kind: 'wait', forMs: null })
})
test('a moment that has passed still waits a little, so that nothing spins', () => {
  expect(afterJudgement({ isClosed: false, isEnded: false, nextDueMs: 900 }, 1_000)).toEqual({
    kind: 'wait',
    forMs: 1_000,
  })
})
test('a closed ring is left, an ended rollout too', () => {
  expect(afterJudgement({ isClosed: true, isEnded: false, nextDueMs: null }, 0)).toEqual({
    kind: 'leave',
    hasOpened: true,
  })
  expect(afterOpening({ outcome: 'ended', waitUntilMs: null }, 0)).toEqual({ kind: 'leave', hasOpened: false })
})
