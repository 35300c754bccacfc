import { describe, expect, test } from 'vitest'
import { findLoosened, standardPolicy } from './rules.ts'
import type { Policy, RingRule } from './schema.ts'
import { looser, stricter } from './testing.ts'

const changed = (changes: Partial<Policy>): Policy => ({ ...standardPolicy, ...changes })
const ringOf = (position: number, changes: Partial<RingRule>): Policy =>
  changed({ rings: standardPolicy.rings.map((ring, index) => (index === position ? { ...ring, ...changes } : ring)) })

describe('a change that lets more in is a loosening of its section', () => {
  test.each(looser)('$0', (_, section, [before, after]) => expect(findLoosened(before, after)).toEqual([section]))
  test('every section but the due days has such a change', () => {
    const sections = new Set(looser.map(([, section]) => section))
    expect(
      Object.keys(standardPolicy).filter((name) => name !== 'dueDays' && ![...sections].some((one) => one === name)),
    ).toEqual([])
  })
})

describe('a change that asks for more is none', () => {
  test.each(stricter)('$0', (_, [before, after]) => expect(findLoosened(before, after)).toEqual([]))
  test('nor is what lets nothing in', () => {
    expect(findLoosened(standardPolicy, changed({ dueDays: 300 }))).toEqual([])
    expect(findLoosened(standardPolicy, ringOf(1, { name: 'Second' }))).toEqual([])
    expect(findLoosened(standardPolicy, standardPolicy)).toEqual([])
  })
})

test('several sections are all told', () => {
  const after = changed({ cutOffMs: 0, mayStartOffline: true, dueDays: 1 })
  expect(findLoosened(standardPolicy, after)).toEqual(['cutOffMs', 'mayStartOffline'])
})
