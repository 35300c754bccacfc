import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { daysOf } from './month.ts'
import type { Price } from './price.ts'
import {
  amountOf,
  findFreeDays,
  freeDays,
  monthNumber,
  shareAmount,
  splitByTier,
  splitUsage,
  tellAmount,
} from './rules.ts'

const peak = fc.nat(5_000)
const peaks = (minLength = 1, maxLength = 31) => fc.array(peak, { minLength, maxLength })
const highest = (values: readonly number[]) => Math.max(...values)

describe('the number of a month', () => {
  test.each([
    ['2026-02', 28, 2],
    ['2028-02', 29, 2],
    ['2026-04', 30, 3],
    ['2026-01', 31, 3],
  ])('%s has %i days, its %i busiest are free', (month, days, free) => {
    expect(daysOf(month)).toHaveLength(days)
    expect(freeDays(days)).toBe(free)
    // Each day one device more than the day before: the number is the day below the free ones.
    expect(monthNumber(daysOf(month).map((_, place) => place + 1))).toBe(days - free)
  })

  test.each([
    [[], null],
    [[7], 7],
    [[3, 9, 5], 9],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], 9],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 9],
    [[0, 0, 0], 0],
  ])('a month that has just begun: %j gives %j', (days, number) => {
    expect(monthNumber(days)).toBe(number)
  })

  test('it is the 90th percentile by nearest rank', () => {
    fc.assert(
      fc.property(peaks(), (days) => {
        const rank = Math.ceil((days.length * 9) / 10)
        expect(monthNumber(days)).toBe([...days].sort((a, b) => a - b)[rank - 1])
      }),
    )
  })

  test('the order of the days does not matter, and it is never above the peak', () => {
    fc.assert(
      fc.property(
        peaks().chain((days) => fc.tuple(fc.constant(days), fc.shuffledSubarray(days, { minLength: days.length }))),
        ([days, shuffled]) => {
          expect(monthNumber(shuffled)).toBe(monthNumber(days))
          expect(monthNumber(days)).toBeLessThanOrEqual(highest(days))
        },
      ),
    )
  })

  test('a device more on any day never makes it less', () => {
    fc.assert(
      fc.property(peaks(), fc.nat(30), fc.nat(100), (days, place, more) => {
        const grown = days.map((count, at) => (at === place ? count + more : count))
        expect(Number(monthNumber(grown))).toBeGreaterThanOrEqual(Number(monthNumber(days)))
      }),
    )
  })

  test('what happens on the three busiest days of a whole month changes nothing', () => {
    fc.assert(
      fc.property(peaks(30), fc.array(fc.nat(100_000), { minLength: 3, maxLength: 3 }), (days, more) => {
        const [a, b, c, ...others] = [...days].sort((x, y) => y - x)
        const wild = [a, b, c].map((count, place) => Number(count) + Number(more[place]))
        expect(monthNumber([...wild, ...others])).toBe(monthNumber(days))
        expect(monthNumber(days)).toBe(highest(others))
      }),
    )
  })

  test('the free days are as many as said, and none of the others was busier', () => {
    fc.assert(
      fc.property(peaks(), (counts) => {
        const days = counts.map((count, place) => ({
          day: `2026-01-${String(place + 1).padStart(2, '0')}`,
          peak: count,
        }))
        const free = findFreeDays(days)
        expect(free.size).toBe(freeDays(days.length))
        const paid = days.filter(({ day }) => !free.has(day))
        expect(highest(paid.map((each) => each.peak))).toBe(monthNumber(counts))
        for (const each of days)
          if (free.has(each.day)) expect(each.peak).toBeGreaterThanOrEqual(Number(monthNumber(counts)))
      }),
    )
  })
})

/** Any tiers: each ends above the one before, the last has no end. */
const prices: fc.Arbitrary<Price> = fc
  .tuple(fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.nat(500)), { maxLength: 4 }), fc.nat(500))
  .map(([steps, last]) => {
    const tiers = steps.map(([, cents], place) => ({
      upTo: steps.slice(0, place + 1).reduce((sum, [devices]) => sum + devices, 0),
      cents,
    }))
    return { currency: 'EUR', tiers: [...tiers, { upTo: null, cents: last }] }
  })
/** What one device costs that is the n-th. */
const centsOf = (n: number, { tiers }: Price) =>
  tiers.find(({ upTo }) => upTo === null || n <= upTo)?.cents ?? Number.NaN

describe('the amount', () => {
  test.each([
    [0, 'No devices, nothing to pay = €0.00'],
    [1, '1 device, and it is free = €0.00'],
    [25, '25 devices, all of them free = €0.00'],
    [26, '26 devices − 25 free = 1 × €1.20 = €1.20'],
    [112, '112 devices − 25 free = 87 × €1.20 = €104.40'],
    [10_025, '10,025 devices − 25 free = 10,000 × €1.20 = €12,000.00'],
  ])('%i devices', (devices, words) => {
    expect(tellAmount(devices)).toBe(words)
  })

  test('with more tiers than one the line has a step for each', () => {
    const tiers = [
      { upTo: 25, cents: 0 },
      { upTo: 500, cents: 120 },
      { upTo: null, cents: 100 },
    ]
    expect(tellAmount(612, { currency: 'EUR', tiers })).toBe(
      '612 devices − 25 free = 475 × €1.20 + 112 × €1.00 = €682.00',
    )
    expect(tellAmount(3, { currency: 'USD', tiers: [{ upTo: null, cents: 150 }] })).toBe(
      '3 devices = 3 × US$1.50 = US$4.50',
    )
  })

  test('is what each device costs by itself, and what its tiers add up to', () => {
    fc.assert(
      fc.property(fc.nat(1_500), prices, (devices, price) => {
        const each = Array.from({ length: devices }, (_, place) => centsOf(place + 1, price))
        const parts = splitByTier(devices, price)
        expect(amountOf(devices, price)).toBe(each.reduce((sum, cents) => sum + cents, 0))
        expect(parts.reduce((sum, part) => sum + part.devices, 0)).toBe(devices)
      }),
    )
  })

  test('never falls when there are more devices', () => {
    fc.assert(
      fc.property(fc.nat(2_000), prices, (devices, price) => {
        expect(amountOf(devices + 1, price)).toBeGreaterThanOrEqual(amountOf(devices, price))
      }),
    )
  })
})

describe('the shares of the clients', () => {
  test('add up to the amount, each within a cent of its part', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.array(peak, { minLength: 1, maxLength: 50 }), (cents, weights) => {
        const whole = weights.reduce((sum, weight) => sum + weight, 0)
        const parts = shareAmount(cents, weights)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole === 0 ? 0 : cents)
        for (const [place, part] of parts.entries())
          expect(Math.abs(part - (whole === 0 ? 0 : (cents * Number(weights[place])) / whole))).toBeLessThan(1)
      }),
    )
  })

  const client = (name: string, peaks: number[]) => ({ clientId: name, name, peaks })

  test('days without a device are zeros of a client; its busiest days are free as the company’s are', () => {
    const thirty = (count: number, days = 30) => Array<number>(days).fill(count)
    const rows = splitUsage(
      [
        client('Imported', [...thirty(10, 27), 300, 300, 300]),
        client('Always', thirty(30)),
        client('Three days', [50, 50, 50]),
        client('Four days', [50, 50, 50, 10]),
      ],
      30,
      5_000,
    )
    expect(rows.map(({ name, peak, number, cents }) => [name, peak, number, cents])).toEqual([
      ['Always', 30, 30, 3_000],
      ['Imported', 300, 10, 1_000],
      ['Four days', 50, 10, 1_000],
      ['Three days', 50, 0, 0],
    ])
    expect(rows.map(({ share }) => share)).toEqual([0.6, 0.2, 0.2, 0])
  })

  test('devices that stay nowhere for long are shared by the days they were there', () => {
    const rows = splitUsage([client('One day', [40]), client('Two days', [40, 40])], 30, 1_800)
    expect(rows.map(({ name, number, cents }) => [name, number, cents])).toEqual([
      ['One day', 0, 600],
      ['Two days', 0, 1_200],
    ])
  })

  test('without a device nobody has a share', () => {
    expect(splitUsage([], 30, 0)).toEqual([])
    expect(splitUsage([client('Idle', [0, 0])], 30, 0)).toMatchObject([{ cents: 0, share: 0 }])
  })
})
