import { expect, test } from 'vitest'
import { standardPolicy } from '../policies/rules.ts'
import { soakShare } from './find-rollout-rows.ts'
import type { RingSummary } from './queries.ts'

const at = (text: string) => new Date(`2024-09-${text}:00Z`)
const ring = (over: Partial<RingSummary>): RingSummary => ({
  rolloutId: 'r',
  position: 0,
  name: 'Test',
  deviceCount: 4,
  state: 'open',
  phase: 'soaking',
  concurrency: null,
  notBefore: at('16T08:00'),
  openedAt: at('16T08:00'),
  closedAt: null,
  deadlineAt: null,
  isPromoted: false,
  gates: { asking: 0, soaking: 1, collecting: 0, passed: 0, failed: 0 },
  due: 4,
  proved: 4,
  failed: 0,
  soakStartedAt: at('16T08:00'),
  soakEndsAt: at('17T18:00'),
  decidedAt: null,
  askingSince: null,
  takenBack: 0,
  ...over,
})

// The standard's working hours are Monday to Friday, 8 to 18; the 16th is a Monday.
test.each<[string, Partial<RingSummary>, Date, number]>([
  ['nothing before it begins', { soakStartedAt: null, soakEndsAt: null }, at('16T13:00'), 0],
  [
    'nothing of a ring that waits',
    { state: 'waiting', phase: 'waiting', openedAt: null, soakStartedAt: null },
    at('16T13:00'),
    0,
  ],
  ['a quarter', {}, at('16T13:00'), 0.25],
  ['the night does not count', {}, at('17T03:00'), 0.5],
  ['all when it is over', { phase: 'passed', decidedAt: at('17T18:00') }, at('19T08:00'), 1],
])('of a soak has counted: %s', (_, over, now, share) => {
  expect(soakShare(ring(over), standardPolicy, 'UTC', now)).toBe(share)
})
