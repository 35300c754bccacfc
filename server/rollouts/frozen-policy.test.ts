import { describe, expect, test } from 'vitest'
import { standardPolicy } from '../policies/rules.ts'
import { frozenPolicy } from './frozen-policy.ts'

const without = (of: object, key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(of).filter(([name]) => name !== key))

describe('a plan that was frozen before something existed stays readable', () => {
  test.each(Object.keys(standardPolicy))('without the section %s', (section) => {
    expect(frozenPolicy({ policy: without(standardPolicy, section) })).toEqual(standardPolicy)
  })
  test.each(Object.keys(standardPolicy.gate))('without the value %s of the gate', (key) => {
    const policy = { ...standardPolicy, gate: without(standardPolicy.gate, key) }
    expect(frozenPolicy({ policy })).toEqual(standardPolicy)
  })
  test.each(['deferralMs', 'soakMs', 'concurrency', 'deadlineMs', 'window'])(
    'without the value %s of a ring',
    (key) => {
      const rings = standardPolicy.rings.map((ring) => without(ring, key))
      expect(frozenPolicy({ policy: { ...standardPolicy, rings } })).toEqual(standardPolicy)
    },
  )
})

test('what was frozen wins over the standard', () => {
  const rings = standardPolicy.rings.map((ring) => ({ ...ring, soakMs: 1 }))
  const frozen = frozenPolicy({ policy: { rings, gate: { onNotEnough: 'soak-longer' } } })
  expect(frozen.rings.map((ring) => ring.soakMs)).toEqual([1, 1, 1])
  expect(frozen.gate).toEqual({ ...standardPolicy.gate, onNotEnough: 'soak-longer' })
})
