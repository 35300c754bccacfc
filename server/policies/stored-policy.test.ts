import { describe, expect, test } from 'vitest'
import { standardPolicy } from './rules.ts'
import { storedClientPolicy, storedOverride, storedPolicy } from './stored-policy.ts'

const without = (of: object, key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(of).filter(([name]) => name !== key))

describe('a policy that was saved before something existed stays readable', () => {
  test.each(Object.keys(standardPolicy))('without the section %s', (section) => {
    expect(storedPolicy(without(standardPolicy, section))).toEqual(standardPolicy)
  })
  test.each(Object.keys(standardPolicy.gate))('without the value %s of the gate', (key) => {
    const policy = { ...standardPolicy, gate: without(standardPolicy.gate, key) }
    expect(storedPolicy(policy)).toEqual(standardPolicy)
  })
  test.each(['deferralMs', 'soakMs', 'concurrency', 'deadlineMs', 'window'])(
    'without the value %s of a ring',
    (key) => {
      const rings = standardPolicy.rings.map((ring) => without(ring, key))
      expect(storedPolicy({ ...standardPolicy, rings })).toEqual(standardPolicy)
    },
  )
})

test('what was frozen wins over the standard', () => {
  const rings = standardPolicy.rings.map((ring) => ({ ...ring, soakMs: 1 }))
  const frozen = storedPolicy({ rings, gate: { onNotEnough: 'soak-longer' } })
  expect(frozen.rings.map((ring) => ring.soakMs)).toEqual([1, 1, 1])
  expect(frozen.gate).toEqual({ ...standardPolicy.gate, onNotEnough: 'soak-longer' })
})

test('a section or a value that exists no more is left out', () => {
  const gate = { ...standardPolicy.gate, quorum: 3 }
  const rings = standardPolicy.rings.map((ring) => ({ ...ring, colour: 'blue' }))
  expect(storedPolicy({ ...standardPolicy, gate, rings, moonPhase: 'full' })).toEqual(standardPolicy)
})

describe('what a client set itself', () => {
  const standard = { ...standardPolicy, dueDays: 30, gate: { ...standardPolicy.gate, failureLimit: 7 } }

  test('is completed from the standard of its MSP, and nothing is set that was not', () => {
    expect(storedOverride({ gate: { onNotEnough: 'soak-longer' } }, standard)).toEqual({
      gate: { ...standard.gate, onNotEnough: 'soak-longer' },
    })
    expect(storedClientPolicy({ cutOffMs: 0 }, standard)).toEqual({ ...standard, cutOffMs: 0 })
    expect(storedClientPolicy(undefined, standard)).toBe(standard)
  })
  test('never holds the breaker, which counts across the clients', () => {
    expect(storedOverride({ breaker: { devices: 1 }, dueDays: 3 }, standard)).toEqual({ dueDays: 3 })
  })
})
