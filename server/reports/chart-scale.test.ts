import { expect, test } from 'vitest'
import { chartOf, monthX } from './chart-scale.ts'

const plot = { left: 0, right: 220, top: 0, bottom: 100 }
const ticksOf = (...shares: number[]) => chartOf(shares, plot).ticks.map(({ share }) => share)

test.each([
  [[1], [1, 0.9]],
  [
    [0.95, 0.8],
    [1, 0.9, 0.8],
  ],
  [[0.7], [1, 0.9, 0.8, 0.7]],
  [[0.69], [1, 0.75, 0.5]],
  [[0.2], [1, 0.75, 0.5, 0.25, 0]],
])('the scale of %j has rules at %j', (shares, ticks) => {
  expect(ticksOf(...shares)).toEqual(ticks)
})

test('all stands at the top, and the lowest rule at the bottom', () => {
  const { dots, ticks } = chartOf([0.85, 1], plot)
  expect(dots).toEqual([
    { index: 0, x: 10, y: 75 },
    { index: 1, x: 210, y: 0 },
  ])
  expect(ticks.at(-1)).toEqual({ share: 0.8, y: 100 })
})

test('a month without computers breaks the line and has no dot', () => {
  const { runs, dots } = chartOf([1, 1, null, 1, null, 1, 1], plot)
  expect(runs.map((run) => run.map(({ index }) => index))).toEqual([[0, 1], [3], [5, 6]])
  expect(dots).toHaveLength(5)
})

test('months are spread evenly; a single one stands in the middle', () => {
  expect([0, 1, 2].map((index) => monthX(index, 3, plot))).toEqual([10, 110, 210])
  expect(monthX(0, 1, plot)).toBe(110)
  expect(chartOf([null], plot)).toMatchObject({ runs: [], dots: [] })
})

test.each([
  ['falls to it, with room', [1, 0.95], true],
  ['rises to it', [0.9, 0.95], false],
  ['falls to the very bottom', [1, 0.9], false],
  ['begins anew at it', [1, null, 0.95], false],
  ['has no other', [0.95], false],
])('the number of the last month stands under its point where the line %s', (_, shares, isBelow) => {
  expect(chartOf(shares, plot).isLastBelow).toBe(isBelow)
})
