import { expect, test } from 'vitest'
import { nextWindows } from '../windows/rules.ts'
import { findClockChange } from './clock-change.ts'

const hourMs = 3_600_000
const at = (text: string) => new Date(text)

test('names the day on which summer time ends or begins, when it lies in the span', () => {
  expect(findClockChange('Europe/London', at('2026-10-20T00:00:00Z'), at('2026-10-30T00:00:00Z'))).toEqual({
    at: at('2026-10-25T01:00:00Z'),
    forwardMs: -hourMs,
  })
  expect(findClockChange('America/New_York', at('2027-03-10T00:00:00Z'), at('2027-03-20T00:00:00Z'))).toEqual({
    at: at('2027-03-14T07:00:00Z'),
    forwardMs: hourMs,
  })
})

test('says nothing when none lies in the span, or the zone has none', () => {
  expect(findClockChange('Europe/London', at('2026-10-20T00:00:00Z'), at('2026-10-25T00:59:59Z'))).toBeNull()
  expect(findClockChange('UTC', at('2026-10-20T00:00:00Z'), at('2027-10-20T00:00:00Z'))).toBeNull()
})

test('what the page says beside it is true: over the change each window opens once, at its hour on the wall', () => {
  const rule = { kind: 'weekly', days: ['SU'], start: '01:30', durationMs: 2 * hourMs, zone: 'device' } as const
  const windows = nextWindows({ ...rule, days: ['SU'] }, 'Europe/London', at('2026-10-17T00:00:00Z'), 3, 0)
  expect(windows.map((one) => one.opensAt.toISOString())).toEqual([
    '2026-10-18T00:30:00.000Z',
    '2026-10-25T00:30:00.000Z',
    '2026-11-01T01:30:00.000Z',
  ])
})
