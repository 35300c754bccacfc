import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WindowRule, WorkingHours } from '../policies/schema.ts'
import { expandWindow, nextNights, nextOfRings, nextWindows, soakEnd, workingTime } from './rules.ts'

const weekly = (days: ('SU' | 'MO' | 'TH')[], start: string, hours: number): WindowRule => ({
  kind: 'weekly',
  days,
  start,
  durationMs: hours * 3_600_000,
  zone: 'device',
})
const opens = (rule: WindowRule, zone: string, from: string, to: string) =>
  expandWindow(rule, zone, new Date(from), new Date(to), 15 * 60_000).map((one) => one.opensAt.toISOString())

describe('a window on the nights the clocks change', () => {
  test('a start inside the missing hour moves to the next valid minute', () => {
    // London: 01:00 to 02:00 does not exist on 29 March 2026.
    expect(opens(weekly(['SU'], '01:30', 3), 'Europe/London', '2026-03-28T12:00:00Z', '2026-03-30T00:00:00Z')).toEqual([
      '2026-03-29T01:00:00.000Z',
    ])
    // New York: 02:00 to 03:00 does not exist on 8 March 2026; 03:00 there is 07:00 UTC.
    expect(
      opens(weekly(['SU'], '02:30', 3), 'America/New_York', '2026-03-07T12:00:00Z', '2026-03-09T00:00:00Z'),
    ).toEqual(['2026-03-08T07:00:00.000Z'])
  })
  test('a doubled hour opens once, the first time', () => {
    expect(opens(weekly(['SU'], '01:30', 3), 'Europe/London', '2026-10-24T12:00:00Z', '2026-10-26T00:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
    ])
  })
  test('lasts its elapsed time, also over the change', () => {
    const [one] = expandWindow(
      weekly(['SU'], '00:30', 4),
      'Europe/London',
      new Date('2026-03-29T00:00:00Z'),
      new Date('2026-03-30T00:00:00Z'),
      0,
    )
    expect(one && one.closesAt.getTime() - one.opensAt.getTime()).toBe(4 * 3_600_000)
  })
})

test('an open window is listed before the next ones, with its cut-off', () => {
  const next = nextWindows(
    weekly(['TH'], '02:00', 3),
    'Europe/Berlin',
    new Date('2026-11-19T02:00:00Z'),
    3,
    15 * 60_000,
  )
  expect(next.map((one) => [one.opensAt.toISOString(), one.lastStartAt.toISOString()])).toEqual([
    ['2026-11-19T01:00:00.000Z', '2026-11-19T03:45:00.000Z'],
    ['2026-11-26T01:00:00.000Z', '2026-11-26T03:45:00.000Z'],
    ['2026-12-03T01:00:00.000Z', '2026-12-03T03:45:00.000Z'],
  ])
})

test('every weekly window opens once a listed day, in order, whatever the zone', () => {
  const zones = [
    'Europe/London',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Asia/Kolkata',
    'Pacific/Apia',
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      (zone, hour, minute) => {
        const start = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
        const found = expandWindow(
          weekly(['SU'], start, 1),
          zone,
          new Date('2026-01-05T00:00:00Z'),
          new Date('2027-01-04T00:00:00Z'),
          0,
        )
        expect(found.length).toBeGreaterThanOrEqual(51)
        expect(found.length).toBeLessThanOrEqual(53)
        for (let index = 1; index < found.length; index++) {
          const gap = Number(found[index]?.opensAt) - Number(found[index - 1]?.opensAt)
          expect(Math.abs(gap - 7 * 24 * 3_600_000)).toBeLessThanOrEqual(3_600_000)
        }
      },
    ),
    { numRuns: 60 },
  )
})

describe('soak in working hours', () => {
  const office: WorkingHours = { days: ['MO', 'TU', 'WE', 'TH', 'FR'], start: '08:00', end: '18:00' }
  test('a soak that starts on Monday 22:00 counts Tuesday and Wednesday', () => {
    // 20 h: Tue 08-18 and Wed 08-18; London in September is UTC+1.
    expect(soakEnd(new Date('2024-09-16T21:00:00Z'), 20 * 3_600_000, office, 'Europe/London').toISOString()).toBe(
      '2024-09-18T17:00:00.000Z',
    )
  })
  test('a weekend does not count', () => {
    expect(soakEnd(new Date('2024-09-13T16:00:00Z'), 2 * 3_600_000, office, 'Europe/London').toISOString()).toBe(
      '2024-09-16T08:00:00.000Z',
    )
  })
  test('without working hours the soak is plain time', () => {
    expect(soakEnd(new Date('2024-09-13T16:00:00Z'), 30_000, null, 'Europe/London').toISOString()).toBe(
      '2024-09-13T16:00:30.000Z',
    )
  })
  test('working time up to the end of a soak is the soak', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 100 }), (startHour, soakHours) => {
        const start = new Date(Date.parse('2026-03-20T00:00:00Z') + startHour * 3_600_000)
        const end = soakEnd(start, soakHours * 3_600_000, office, 'Europe/London')
        expect(workingTime(start, end, office, 'Europe/London')).toBe(soakHours * 3_600_000)
      }),
    )
  })
})

describe('the next window of a policy', () => {
  const now = new Date('2026-03-28T12:00:00Z')
  const next = (...windows: WindowRule[]) =>
    nextOfRings({ rings: windows.map((window) => ({ window })), cutOffMs: 0 }, 'Europe/London', now)
  test('is that of the ring which opens first', () => {
    expect(next(weekly(['MO'], '20:00', 4), weekly(['SU'], '20:00', 4))).toEqual({
      isAlways: false,
      opensAt: new Date('2026-03-29T19:00:00Z'),
      closesAt: new Date('2026-03-29T23:00:00Z'),
    })
  })
  test('a ring that is always open stands before one that is open just now; without rings there is none', () => {
    expect(next(weekly(['SU'], '20:00', 4), { kind: 'always' })).toEqual({ isAlways: true })
    expect(next()).toBeNull()
  })
})

describe('the next nights of a client', () => {
  const nights = (...rings: [string, WindowRule][]) =>
    nextNights(
      { rings: rings.map(([name, window]) => ({ name, window })), cutOffMs: 0 },
      'Europe/London',
      new Date('2026-03-27T12:00:00Z'),
      3,
    )
  test('stand once for rings with the same hours, over the night that the clocks change', () => {
    const late = weekly(['SU', 'MO'], '22:00', 4)
    expect(nights(['Test', late], ['Pilot', late], ['Rest', weekly(['MO'], '20:00', 2)])).toEqual([
      {
        opensAt: new Date('2026-03-29T21:00:00Z'),
        closesAt: new Date('2026-03-30T01:00:00Z'),
        rings: ['Test', 'Pilot'],
      },
      { opensAt: new Date('2026-03-30T19:00:00Z'), closesAt: new Date('2026-03-30T21:00:00Z'), rings: ['Rest'] },
      {
        opensAt: new Date('2026-03-30T21:00:00Z'),
        closesAt: new Date('2026-03-31T01:00:00Z'),
        rings: ['Test', 'Pilot'],
      },
    ])
  })
  test('are none where a ring may start at any time', () => expect(nights(['Test', { kind: 'always' }])).toEqual([]))
})
