import { describe, expect, test } from 'vitest'
import { standardPolicy } from '@/server/policies/rules'
import { policySchema } from '@/server/policies/schema'
import { issueWords } from './issue-words'
import { findChanges, isSame } from './policy-changes'
import { daysWords, membersWords, ruleWords, soakWords, spanWords, windowWords } from './policy-words'

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
      { section: 'rings', path: '1.soakMs', name: 'Early soak', was: '20 h', is: '16 h' },
      {
        section: 'rings',
        path: '1.window',
        name: 'Early window',
        was: 'Mon to Thu 22:00 for 4 h, each device’s own zone',
        is: 'always open',
      },
      { section: 'gate', path: 'provedShare', name: 'Proved', was: '80\u202f%', is: '90\u202f%' },
      { section: 'dueDays', path: '', name: 'Due', was: '14 days', is: '10 days' },
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
      findChanges(standardPolicy, { ...standardPolicy, rings }).map((change) => `${change.name}: ${change.is}`)
    expect(names([test0, production])).toEqual(['Ring Early: removed'])
    expect(names([test0, { ...early, name: 'Pilot' }, production])).toEqual(['Pilot name: Pilot'])
    expect(names([test0, early, { ...early, name: 'Second' }, production])).toEqual(['Ring Second: added'])
    expect(names([early, test0, production])).toEqual(['Rings: a new order'])
  })

  test('a rule that was only switched is told by its place, not as one that left and one that came', () => {
    const [first, second] = standardPolicy.approvalRules
    if (!first || !second) throw new Error('the standard has two rules')
    const told = (approvalRules: typeof standardPolicy.approvalRules) =>
      findChanges(standardPolicy, { ...standardPolicy, approvalRules }).map(
        ({ name, was, is }) => `${name}: ${was}, ${is}`,
      )
    expect(told([first, { ...second, isOn: false }])).toEqual(['Rule 2: on, off'])
    expect(
      told([
        { ...first, isOn: false },
        { ...second, isOn: false },
      ]),
    ).toEqual(['Rule 1: on, off', 'Rule 2: on, off'])
    const later = { ...second, afterDays: 3 }
    expect(told([{ ...first, isOn: false }, later])).toEqual([
      'Rule 1: on, off',
      'Rule taken out: Approve security and critical patches 1 day after release, when they can be undone., not there',
      'Rule added: not there, Approve security and critical patches 3 days after release, when they can be undone.',
    ])
    expect(told([{ ...second, isOn: false }, first])).toEqual(['Rule 1: on, off', 'Rules: another order, a new order'])
  })

  test('rules in another order are one change', () => {
    const next = { ...standardPolicy, approvalRules: [...standardPolicy.approvalRules].reverse() }
    expect(findChanges(standardPolicy, next).map((change) => change.is)).toEqual(['a new order'])
  })
})

test('what a parser says is put in words, what the schema says stays', () => {
  const [first, ...rest] = standardPolicy.rings
  const parsed = policySchema.safeParse({
    ...standardPolicy,
    dueDays: 0,
    rings: [{ ...first, name: '', members: { kind: 'percent', percent: 5 } }, ...rest],
  })
  const words = new Map(parsed.error?.issues.map((issue) => [issue.path.join('.'), issueWords(issue)]))
  expect(words.get('dueDays')).toBe('at least 1')
  expect(words.get('rings.0.name')).toBe('something is missing here')
  const badTime = policySchema.safeParse({
    ...standardPolicy,
    workingHours: { days: ['MO'], start: '8', end: '18:00' },
  })
  expect(badTime.error?.issues.map(issueWords)).toContain('write a time such as 02:00')
  const notPicked = policySchema.safeParse({
    ...standardPolicy,
    rings: [{ ...first, members: { kind: 'percent', percent: 5 } }, ...rest],
  })
  expect(notPicked.error?.issues.map(issueWords)).toEqual(['the first ring is hand-picked: choose it by tags'])
})
