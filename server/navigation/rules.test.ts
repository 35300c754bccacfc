import { expect, test } from 'vitest'
import { commonZone } from './rules.ts'

test.each([
  [[], 'UTC'],
  [['Europe/London'], 'Europe/London'],
  [['Europe/Berlin', 'Europe/London', 'Europe/London'], 'Europe/London'],
  [['Europe/London', 'Europe/Berlin'], 'Europe/Berlin'],
])('%j: %s', (zones, zone) => {
  expect(commonZone(zones)).toBe(zone)
})
