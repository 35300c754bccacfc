import { expect, test } from 'vitest'
import { dayOf, daysOf, monthAfter, monthOf } from './month.ts'

test.each([
  ['2026-12', 1, '2027-01'],
  ['2026-01', -1, '2025-12'],
  ['2026-03', 1, '2026-04'],
])('%s and %i is %s', (month, by, found) => {
  expect(monthAfter(month, by)).toBe(found)
})

test.each([
  ['2026-02', '2026-02-28', 28],
  ['2028-02', '2028-02-29', 29],
  ['2026-12', '2026-12-31', 31],
])('the days of %s end with %s', (month, last, count) => {
  const days = daysOf(month)
  expect([days[0], days.at(-1), days.length]).toEqual([`${month}-01`, last, count])
  expect(new Set(days).size).toBe(count)
})

test('a moment lies in its UTC day', () => {
  expect(dayOf(new Date('2026-11-30T23:59:59.999Z'))).toBe('2026-11-30')
  expect(monthOf(new Date('2026-12-01T00:00:00Z'))).toBe('2026-12')
})
