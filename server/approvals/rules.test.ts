import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { standardPolicy } from '../policies/rules.ts'
import { type DecisionFact, type DecisionFacts, decide, type ExceptionFact, type HoldFact } from './rules.ts'

const at = (day: number) => new Date(Date.UTC(2026, 10, day))
const facts = (over: Partial<DecisionFacts> = {}): DecisionFacts => ({
  patch: { classification: 'security', severity: 'unknown', releasedAt: null, firstSeenAt: at(1) },
  undoClass: 'kept',
  holds: [],
  exceptions: [],
  consent: null,
  decisions: [],
  rules: standardPolicy.approvalRules,
  now: at(10),
  ...over,
})
const decision = (
  kind: DecisionFact['kind'],
  scope: DecisionFact['scope'],
  over: Partial<DecisionFact> = {},
): DecisionFact => ({
  kind,
  scope,
  by: 'Nora Field',
  at: at(5),
  until: null,
  reason: '',
  ...over,
})
const hold: HoldFact = { scope: 'client', source: 'gate', setBy: 'Gate', setAt: at(6), reason: 'failed' }

const exception: ExceptionFact = {
  reach: 'client',
  lastDay: '2026-12-31',
  expiresAt: at(40),
  agreedBy: 'Mia Lane',
  agreedFrom: 'client',
  reason: 'the till',
}

describe('who decides', () => {
  test('an exception beats whatever people and rules say, and a hold beats it', () => {
    const decisions = [decision('reject', 'device'), decision('approve', 'device')]
    const excepted = decide(facts({ exceptions: [exception], decisions }))
    expect(excepted).toMatchObject({ rung: 'exception', isApproved: false })
    expect(excepted.ladder.map(({ rung }) => rung)).toContain('exception')
    expect(decide(facts({ exceptions: [exception], holds: [hold] })).rung).toBe('hold')
  })
  test('of two exceptions the one that ends last is named', () => {
    const longer = { ...exception, lastDay: '2027-01-31', expiresAt: at(80) }
    expect(decide(facts({ exceptions: [exception, longer] }))).toMatchObject({ exception: { lastDay: '2027-01-31' } })
  })
  test('nobody and no rule: pending', () => {
    expect(decide(facts({ rules: [] }))).toMatchObject({ rung: 'pending', isApproved: false, waitsForRule: null })
  })
  test('a rule that fits approves, and says which', () => {
    expect(decide(facts())).toMatchObject({ rung: 'rule', ruleIndex: 1, isApproved: true })
  })
  test('a rule that is switched off decides nothing, and the others keep their numbers', () => {
    const [first, second] = standardPolicy.approvalRules
    if (!first || !second) throw new Error('the standard has two rules')
    const off = { ...second, isOn: false }
    expect(decide(facts({ rules: [first, off] }))).toMatchObject({ rung: 'pending', waitsForRule: null })
    expect(decide(facts({ rules: [first, off, { ...second, isOn: true }] }))).toMatchObject({
      rung: 'rule',
      ruleIndex: 2,
    })
  })
  test('a rule whose age is not reached waits, with its day', () => {
    const young = facts({ patch: { ...facts().patch, firstSeenAt: at(10) } })
    expect(decide(young)).toMatchObject({ rung: 'pending', waitsForRule: { ruleIndex: 1, from: at(11) } })
  })
  test('the vendor date counts before first sight', () => {
    const old = facts({ patch: { ...facts().patch, releasedAt: at(2), firstSeenAt: at(10) } })
    expect(decide(old).isApproved).toBe(true)
  })
  test('what cannot be undone is not approved by a rule for undoable patches', () => {
    expect(decide(facts({ undoClass: 'none' })).isApproved).toBe(false)
  })
  test('the narrower approval is named, the newer of two equal ones', () => {
    const answer = decide(
      facts({ decisions: [decision('approve', 'msp'), decision('approve', 'client', { by: 'Tom' })] }),
    )
    expect(answer).toMatchObject({ rung: 'approve', decision: { by: 'Tom' } })
  })
  test('a deferral ends by itself', () => {
    const deferred = (until: Date) => decide(facts({ decisions: [decision('defer', 'client', { until })] })).rung
    expect(deferred(at(11))).toBe('defer')
    expect(deferred(at(10))).toBe('rule')
  })
  test('a wide reject beats a narrow approval', () => {
    expect(decide(facts({ decisions: [decision('approve', 'device'), decision('reject', 'msp')] })).rung).toBe('reject')
  })
})

const anyDecision = fc.record({
  kind: fc.constantFrom('approve', 'reject', 'defer'),
  scope: fc.constantFrom('device', 'client', 'msp'),
  by: fc.constant('x'),
  at: fc.integer({ min: 1, max: 9 }).map(at),
  until: fc.constantFrom(null, at(9), at(12)),
  reason: fc.constant(''),
}) as fc.Arbitrary<DecisionFact>

test('a hold or a reject always beats an approval, and exactly one rung decides', () => {
  fc.assert(
    fc.property(fc.array(anyDecision, { maxLength: 6 }), fc.boolean(), (decisions, isHeld) => {
      const answer = decide(facts({ decisions, holds: isHeld ? [hold] : [] }))
      if (isHeld) expect(answer.rung).toBe('hold')
      else if (decisions.some((one) => one.kind === 'reject')) expect(answer.rung).toBe('reject')
      if (isHeld || decisions.some((one) => one.kind === 'reject')) expect(answer.isApproved).toBe(false)
      expect(answer.ladder.filter((rung) => rung.isDeciding)).toHaveLength(1)
    }),
  )
})
