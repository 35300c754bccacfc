import { describe, expect, test } from 'vitest'
import { closingLines, summarize } from './summary.mjs'

const outcome = (state, durationMs = 1, more = {}) => ({
  suite: 'pure',
  file: 'a.test.ts',
  name: `${state} ${durationMs}`,
  state,
  durationMs,
  ...more,
})

describe('the closing report', () => {
  test('ends with the count alone on its line', () => {
    const lines = closingLines(
      summarize([outcome('passed'), outcome('passed', 5), outcome('failed', 3, { reason: 'no' })]),
    )
    expect(lines.at(-1)).toBe('2 passed, 1 failed')
    expect(lines.at(-2)).toBe('')
    expect(lines.join('\n')).toContain('pure · a.test.ts · failed 3: no')
  })

  test('never counts what was not run, and says why it was not', () => {
    const lines = closingLines(
      summarize([outcome('passed'), outcome('skipped', 0, { reason: 'this host has no apt' })]),
    )
    expect(lines.at(-1)).toBe('1 passed, 0 failed')
    expect(lines.join('\n')).toContain('this host has no apt')
  })

  test('a run in which no test ran is a failure', () => {
    expect(closingLines(summarize([])).at(-1)).toBe('0 passed, 1 failed')
    expect(summarize([outcome('skipped')]).failed).toHaveLength(1)
  })

  test('shows the ten slowest, slowest first', () => {
    const { slowest } = summarize(Array.from({ length: 30 }, (_, index) => outcome('passed', index)))
    expect(slowest.map(({ durationMs }) => durationMs)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20])
  })
})
