import { describe, expect, test } from 'vitest'
import { standardPolicy } from '@/server/policies/rules'
import { policySchema } from '@/server/policies/schema'
import { changeWords, findChanges, isSame } from '@/server/policy-changes/rules'
import { daysWords, membersWords, ruleWords, soakWords, spanWords, windowWords } from '@/server/policy-words/rules'
import { issueWords } from './issue-words'

const hourMs = 3_600_000
const [test0, early, production] = standardPolicy.rings
if (!test0 || !early || !production) throw new Error('the standard has three rings')

test('spans are words: days where they are whole, soak in working hours', () => {
  expect([0, 30_000, 20 * hourMs, 24 * hourMs, 144 * hourMs].map(spanWords)).toEqual([
    'none',
    '30 s',
    '20 h',
    '1 day',
    '6 days',
  ])
  expect(soakWords(48 * hourMs, true)).toBe('48 h')
  expect(soakWords(48 * hourMs, false)).toBe('2 days')
})

test('days and windows', () => {
  expect(daysWords(['TH', 'MO', 'TU', 'WE'])).toBe('Mon to Thu')
  expect(daysWords(['MO', 'WE', 'FR'])).toBe('Mon, Wed and Fri')
  expect(daysWords(['SA', 'SU'])).toBe('Sat and Sun')
  expect(daysWords(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])).toBe('every day')
  expect(daysWords([])).toBe('no day')
  expect(windowWords(production.window)).toBe('Thu 02:00 for 3 h')
  expect(windowWords({ kind: 'always' })).toBe('always open')
})

test('members and rules are sentences', () => {
  expect([test0, early, production].map(membersWords)).toEqual(['hand-picked, tag test', '15\u202f%', 'the rest'])
  expect(standardPolicy.approvalRules.map(ruleWords)).toEqual([
    'Approve definition patches at once.',
    'Approve security and critical patches 1 day after release, when they can be undone.',
  ])
  expect(
    ruleWords({ classifications: [], severities: ['low'], afterDays: 3, onlyIfUndoable: false, effect: 'ask' }),
  ).toBe('Ask a person about every patch of low severity.')
  const [first] = standardPolicy.approvalRules
  expect(first && ruleWords({ ...first, isOn: false })).toBe('Approve definition patches at once. Switched off.')
})

describe('changes', () => {
  test('a policy does not differ from itself, in whatever order its keys stand', () => {
    const stored = JSON.parse(JSON.stringify({ ...standardPolicy, gate: { ...standardPolicy.gate } }))
    const { gate, ...rest } = stored
    const reversed = { gate: Object.fromEntries(Object.entries(gate).reverse()), ...rest }
    expect(isSame(standardPolicy, reversed)).toBe(true)
    expect(findChanges(standardPolicy, reversed)).toEqual([])
  })

  test('each value that differs is told once, with both values', () => {
    const next = {
      ...standardPolicy,
      dueDays: 10,
      gate: { ...standardPolicy.gate, provedShare: 0.9 },
      rings: [test0, { ...early, soakMs: 16 * hourMs, window: { kind: 'always' as const } }, production],
    }
    expect(findChanges(standardPolicy, next)).toEqual([
      { section: 'rings', path: '1.soakMs', kind: 'changed', name: 'Early soak', was: '20 h', is: '16 h' },
      {
        section: 'rings',
        path: '1.window',
        kind: 'changed',
        name: 'Early window',
        was: 'Mon to Thu 22:00 for 4 h, each device’s own zone',
        is: 'always open',
      },
      { section: 'gate', path: 'provedShare', kind: 'changed', name: 'Proved', was: '80\u202f%', is: '90\u202f%' },
      { section: 'dueDays', path: '', kind: 'changed', name: 'Due', was: '14 days', is: '10 days' },
    ])
  })

  test('every section of the document has its change', () => {
    const next = policySchema.parse({
      isLab: true,
      rings: [test0, production],
      gate: { ...standardPolicy.gate, failureLimit: 4 },
      workingHours: null,
      cutOffMs: 0,
      missedWindow: 'at-once',
      startRule: { kind: 'by-hand' },
      approvalRules: [],
      dueDays: 3,
      breaker: { devices: 9 },
      mayStartOffline: true,
      probes: [{ kind: 'tcp', name: 'web', port: 80, timeoutMs: 1_000 }],
      watchIntervalMs: 1_000,
    })
    const sections = new Set(findChanges(standardPolicy, next).map((change) => change.section))
    expect([...sections].sort()).toEqual(Object.keys(policySchema.shape).sort())
  })

  test('rings are known by name: one that is left out makes no other differ', () => {
    const names = (rings: typeof standardPolicy.rings) =>
      findChanges(standardPolicy, { ...standardPolicy, rings }).map(
        (change) => `${change.kind}: ${changeWords(change)}`,
      )
    expect(names([test0, production])).toEqual(['removed: Ring Early removed'])
    expect(names([test0, { ...early, name: 'Pilot' }, production])).toEqual(['changed: Pilot name Pilot, was Early'])
    expect(names([test0, early, { ...early, name: 'Second' }, production])).toEqual(['added: Ring Second added'])
    expect(names([early, test0, production])).toEqual(['changed: Rings a new order, was another order'])
  })

  test('no name is taken for a sign that something came or went', () => {
    const told = (from: string, to: string) =>
      findChanges(
        { ...standardPolicy, rings: [test0, { ...early, name: from }, production] },
        { ...standardPolicy, rings: [test0, { ...early, name: to }, production] },
      ).map(changeWords)
    expect(told('not there', 'Pilot')).toEqual(['Pilot name Pilot, was not there'])
    expect(told('Pilot', 'removed')).toEqual(['removed name removed, was Pilot'])
  })

  test('a rule that was only switched is told by its place, not as one that left and one that came', () => {
    const [first, second] = standardPolicy.approvalRules
    if (!first || !second) throw new Error('the standard has two rules')
    const told = (approvalRules: typeof standardPolicy.approvalRules) =>
      findChanges(standardPolicy, { ...standardPolicy, approvalRules }).map(changeWords)
    expect(told([first, { ...second, isOn: false }])).toEqual(['Rule 2 off, was on'])
    expect(
      told([
        { ...first, isOn: false },
        { ...second, isOn: false },
      ]),
    ).toEqual(['Rule 1 off, was on', 'Rule 2 off, was on'])
    const later = { ...second, afterDays: 3 }
    expect(told([{ ...first, isOn: false }, later])).toEqual([
      'Rule 1 off, was on',
      'Rule taken out: Approve security and critical patches 1 day after release, when they can be undone.',
      'Rule added: Approve security and critical patches 3 days after release, when they can be undone.',
    ])
    expect(told([{ ...second, isOn: false }, first])).toEqual([
      'Rule 1 off, was on',
      'Rules a new order, was another order',
    ])
  })

  test('rules in another order are one change', () => {
    const next = { ...standardPolicy, approvalRules: [...standardPolicy.approvalRules].reverse() }
    expect(findChanges(standardPolicy, next).map((change) => change.is)).toEqual(['a new order'])
  })
})

test('what a parser says is put in words, what the schema says stays', () => {
  const [first, ...rest] = standardPolicy.rings
  const wrongIn = (changes: object) => {
    const parsed = policySchema.safeParse({ ...standardPolicy, ...changes }, { error: issueWords })
    return parsed.error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
  }
  expect(wrongIn({ dueDays: 0, rings: [{ ...first, name: '' }, ...rest] })).toEqual([
    'rings.0.name something is missing here',
    'dueDays at least 1',
  ])
  expect(wrongIn({ dueDays: 366, rings: [{ ...first, name: 'x'.repeat(61) }, ...rest] })).toEqual([
    'rings.0.name too long: at most 60',
    'dueDays at most 365',
  ])
  expect(wrongIn({ workingHours: { days: ['MO'], start: '8', end: '18:00' } })).toEqual([
    'workingHours.start write a time such as 02:00',
  ])
  const climbing = { kind: 'process', name: 'web', pidFile: '../run/web.pid' }
  expect(wrongIn({ probes: [climbing] })).toEqual(['probes.0.pidFile this is not written as it must be'])
  expect(wrongIn({ startRule: { kind: 'never' } })).toEqual(['startRule.kind this value does not fit'])
  expect(wrongIn({ missedWindow: 'sometimes' })).toEqual(['missedWindow this value does not fit'])
  expect(wrongIn({ rings: [{ ...first, members: { kind: 'percent', percent: 5 } }, ...rest] })).toEqual([
    'rings.0.members the first ring is hand-picked: choose it by tags',
  ])
})
