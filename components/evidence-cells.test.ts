import { describe, expect, test } from 'vitest'
import { evidenceCells, evidenceShares, evidenceTotal } from './evidence-cells.ts'

describe('evidence', () => {
  test('cells stand in drawing order, whatever the order of the counts', () => {
    expect(evidenceCells({ silent: 1, failed: 1, succeeded: 2 })).toEqual([
      'succeeded',
      'succeeded',
      'failed',
      'silent',
    ])
  })

  test('shares are of all devices, those still to report included', () => {
    expect(evidenceShares({ succeeded: 3, 'to-report': 1 })).toEqual([
      { kind: 'succeeded', percent: 75 },
      { kind: 'to-report', percent: 25 },
    ])
  })

  test('without devices there is nothing to share', () => {
    expect(evidenceShares({})).toEqual([])
    expect(evidenceTotal({ succeeded: 0 })).toBe(0)
  })
})
