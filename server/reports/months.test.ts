import { describe, expect, test } from 'vitest'
import { boundsOf, dueMonth } from './months.ts'

const iso = (month: string, zone: string) =>
  Object.values(boundsOf(month, zone)).map((at) => at.toISOString().slice(0, 16))

test.each([
  // Clocks change within the month: it is an hour shorter or longer, and both ends are local midnights.
  ['2026-03', 'Europe/Berlin', ['2026-02-28T23:00', '2026-03-31T22:00', '2026-04-01T04:00']],
  ['2026-10', 'Europe/Berlin', ['2026-09-30T22:00', '2026-10-31T23:00', '2026-11-01T05:00']],
  ['2026-10', 'America/New_York', ['2026-10-01T04:00', '2026-11-01T04:00', '2026-11-01T11:00']],
  ['2028-02', 'UTC', ['2028-02-01T00:00', '2028-03-01T00:00', '2028-03-01T06:00']],
  ['2026-12', 'Pacific/Kiritimati', ['2026-11-30T10:00', '2026-12-31T10:00', '2026-12-31T16:00']],
  // A zone south of the equator, an hour before its clocks change.
  ['2026-08', 'America/Santiago', ['2026-08-01T04:00', '2026-09-01T04:00', '2026-09-01T10:00']],
])('%s in %s', (month, zone, bounds) => {
  expect(iso(month, zone)).toEqual(bounds)
})

describe('the newest month that is due', () => {
  test.each([
    ['2026-11-01T04:59:59Z', 'Europe/Berlin', '2026-09'],
    ['2026-11-01T05:00:00Z', 'Europe/Berlin', '2026-10'],
    ['2026-11-30T23:30:00Z', 'Europe/Berlin', '2026-10'],
    ['2026-11-01T05:00:00Z', 'America/New_York', '2026-09'],
    ['2027-01-01T12:00:00Z', 'UTC', '2026-12'],
  ])('at %s in %s is %s', (now, zone, month) => {
    expect(dueMonth(new Date(now), zone)).toBe(month)
  })
})
