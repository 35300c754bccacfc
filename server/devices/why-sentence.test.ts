import { describe, expect, test } from 'vitest'
import type { DecisionFacts } from '../approvals/rules.ts'
import { approval, at, decision, going, held, hold, rule, sentenceOf, type WhyCase, why } from './testing.ts'

const begins = 'The rollout begins with the test ring and stages the packages first.'
const untilLifted =
  'Nothing installs it here until a person lifts the hold. The other missing patches are not affected.'

const stop = { at: at('2024-09-17T09:02'), by: 'Nora Field', reason: 'a stolen session' }
const nothingGoes = 'No device installs, takes back or fetches anything until somebody lets changes go on.'

const cases: WhyCase[] = [
  [
    'held by a gate',
    { decision: held },
    'It is [held for Brightwater Accountants] since today 00:04 by the gate of Test: lab-svc 3.0 failed the gate of ring Test: 0 of 1 proved, 1 failed, limit 0.',
    untilLifted,
    'Held for this client since today 00:04',
  ],
  [
    'held, after it was taken back here',
    { decision: held, ...going({ state: 'rolled-back', stateAt: at('2024-09-17T00:31') }) },
    'It is [held for Brightwater Accountants] since today 00:04 by the gate of Test: lab-svc 3.0 failed the gate of ring Test: 0 of 1 proved, 1 failed, limit 0.',
    'Taken back here today 00:31. Nothing installs it here until a person lifts the hold. The other missing patches are not affected.',
    'Held for this client since today 00:04',
  ],
  [
    'held by the breaker for all',
    { decision: decision({ holds: [{ ...hold, scope: 'msp', source: 'breaker', reason: 'failed on 3 devices' }] }) },
    'It is [held for all clients] since today 00:04 by the breaker: failed on 3 devices.',
    untilLifted,
    'Held for all clients since today 00:04',
  ],
  [
    'excepted, whatever else was decided',
    {
      decision: decision({
        decisions: [approval],
        exceptions: [
          {
            reach: { tag: 'till' },
            lastDay: '2025-03-03',
            expiresAt: at('2025-03-04T00:00'),
            agreedBy: 'Mia Lane',
            agreedFrom: 'client',
            reason: 'the till needs the old one',
          },
        ],
      }),
    },
    'It is [kept off until Mon 3 Mar 2025] by an exception that Mia Lane signed off: the till needs the old one.',
    'It is for devices with the tag till. After that day it is planned as everywhere else, and is past due again where it was.',
    'Excepted until Mon 3 Mar 2025',
  ],
  [
    'rejected',
    { decision: decision({ decisions: [approval, { ...approval, kind: 'reject', reason: 'breaks the till' }] }) },
    'It is [rejected for Brightwater Accountants] since yesterday 10:00 by Ana Bell: breaks the till.',
    'Nothing installs it here until a person withdraws the rejection.',
    'Rejected for this client',
  ],
  [
    'deferred',
    {
      decision: decision({
        decisions: [{ ...approval, kind: 'defer', scope: 'msp', until: at('2024-09-23T09:00'), reason: 'year end.' }],
      }),
    },
    'It is [deferred until Mon 23 Sep 09:00] for all clients by Ana Bell: year end.',
    'After that, approvals and rules decide as before.',
    'Deferred until Mon 23 Sep 09:00',
  ],
  [
    'pending, no rule',
    { decision: decision({}) },
    "It waits for [a person's approval]: no rule approves it.",
    'Approve it for Brightwater Accountants or for all clients, or reject it with a reason.',
    "Waits for a person's approval",
  ],
  [
    'pending, and called otherwise elsewhere',
    { decision: decision({}), elsewhere: 'security' },
    "It waits for [a person's approval]: no rule approves it. It is reported as security elsewhere, not at Brightwater Accountants.",
    'Approve it for Brightwater Accountants or for all clients, or reject it with a reason.',
    "Waits for a person's approval",
  ],
  [
    'pending, a rule asks',
    { decision: decision({ rules: [{ ...rule, effect: 'ask' }] }) },
    "It waits for [a person's approval]: rule 1 asks a person.",
    'Approve it for Brightwater Accountants or for all clients, or reject it with a reason.',
    "Waits for a person's approval",
  ],
  [
    'pending, too young for a rule',
    { decision: decision({ rules: [{ ...rule, afterDays: 9 }] }) },
    'It is not approved yet: [rule 1 approves it Thu 19 Sep 09:00], when it is old enough.',
    'A person may approve or reject it before.',
    'Rule 1 approves it Thu 19 Sep 09:00',
  ],
  [
    'no test device',
    { hasTestDevice: false },
    'It is approved, but [Brightwater Accountants has no test device].',
    'No rollout starts before somebody chooses one.',
    'Choose at least one test device',
  ],
  [
    'joins the next rollout',
    {},
    'It is approved by a person and [joins the next rollout], which starts when nothing new was found for 1 h.',
    begins,
    'Joins the next rollout, which starts when nothing new was found for 1 h',
  ],
  [
    'joins the weekly rollout, by a rule',
    { decision: decision({ rules: [rule] }), startRule: { kind: 'weekly', day: 'WE', at: '21:00' } },
    'It is approved by rule 1 and [joins the next rollout], which starts on Wednesday at 21:00.',
    begins,
    'Joins the next rollout, which starts on Wednesday at 21:00',
  ],
  [
    'its set waits',
    { setWaitsFor: ['lab-lib 1.1'] },
    'It is approved, but goes in together with [lab-lib 1.1, which is not].',
    'An update set goes in whole or not at all.',
    'Waits for the approval of lab-lib 1.1',
  ],
  [
    'another rollout still tries it',
    { triedIn: 11 },
    'It is approved, and [R-11 still tries it] on other devices here.',
    'This device joins the next rollout once it has passed there.',
    'Joins the next rollout after R-11',
  ],
  [
    'failed in an earlier rollout',
    { hasFailedBefore: true },
    'It is approved, but it [failed here before].',
    'No rollout takes it by itself again: a person starts one with it.',
    'Waits until a person starts a rollout with it',
  ],
  [
    'silent device',
    { device: { status: 'silent', seenAt: at('2024-09-16T22:10'), isRebootPending: false }, ...going({}) },
    'It is approved, but the device is [silent since yesterday 22:10].',
    'When the device is back: ring Production opens next.',
    'Silent since yesterday 22:10',
  ],
  [
    'device without data, rollout paused',
    {
      device: { status: 'no-data', seenAt: at('2024-09-12T22:10'), isRebootPending: false },
      ...going({ paused: { by: 'Ana Bell', reason: 'month end' } }),
    },
    'It is approved, but the device is [without data since Thu 12 Sep 22:10].',
    'When the device is back: R-12 is paused by Ana Bell.',
    'Without data since Thu 12 Sep 22:10',
  ],
  [
    'all changes stopped, in a paused rollout of a silent device',
    {
      stop,
      device: { status: 'silent', seenAt: at('2024-09-16T22:10'), isRebootPending: false },
      ...going({ paused: { by: 'Ana Bell', reason: 'month end' } }),
    },
    'It is approved, but [all changes are stopped] since today 09:02 by Nora Field: a stolen session.',
    nothingGoes,
    'All changes are stopped since today 09:02',
  ],
  [
    'all changes stopped, in no rollout',
    { stop },
    'It is approved, but [all changes are stopped] since today 09:02 by Nora Field: a stolen session.',
    nothingGoes,
    'All changes are stopped since today 09:02',
  ],
  [
    'all changes stopped, and rejected besides',
    { stop, decision: decision({ decisions: [{ ...approval, kind: 'reject', reason: 'breaks the till' }] }) },
    'It is [rejected for Brightwater Accountants] since yesterday 10:00 by Ana Bell: breaks the till.',
    'Nothing installs it here until a person withdraws the rejection.',
    'Rejected for this client',
  ],
  [
    'all changes stopped, while it is taken back',
    { stop, ...going({ state: 'rolling-back' }) },
    'It is [being taken back] since yesterday 22:19.',
    'All changes are stopped since today 09:02: what has begun is finished, the rest waits until they go on.',
    'Being taken back since yesterday 22:19',
  ],
]

test.each(cases)('%s', (_name, facts, answer, consequence, next) => {
  const said = why(facts)
  expect(sentenceOf(said)).toBe(answer)
  expect(said.consequence).toBe(consequence)
  expect(said.next).toBe(next)
})

test('states of the table', () => {
  const states = cases.map(([name, facts]) => `${name}: ${why(facts).mark}, ${why(facts).word}`)
  expect(states).toMatchInlineSnapshot(`
    [
      "held by a gate: held, Held",
      "held, after it was taken back here: held, Held",
      "held by the breaker for all: held, Held",
      "excepted, whatever else was decided: missing, Excepted",
      "rejected: missing, Missing",
      "deferred: missing, Missing",
      "pending, no rule: asking, Missing",
      "pending, and called otherwise elsewhere: asking, Missing",
      "pending, a rule asks: asking, Missing",
      "pending, too young for a rule: missing, Missing",
      "no test device: approved, Approved",
      "joins the next rollout: approved, Approved",
      "joins the weekly rollout, by a rule: approved, Approved",
      "its set waits: approved, Approved",
      "another rollout still tries it: approved, Approved",
      "failed in an earlier rollout: approved, Approved",
      "silent device: staged, Staged",
      "device without data, rollout paused: staged, Staged",
      "all changes stopped, in a paused rollout of a silent device: staged, Staged",
      "all changes stopped, in no rollout: approved, Approved",
      "all changes stopped, and rejected besides: missing, Missing",
      "all changes stopped, while it is taken back: rolled-back, Rolling back",
    ]
  `)
})

test('whatever keeps it away, since when it is past due and who asks that comes after it', () => {
  const pastDue = { at: at('2024-09-03T09:00'), rule: 'Cyber Essentials asks 14 days from release' }
  for (const facts of [{ decision: held }, { decision: decision({}) }, {}]) {
    const plain = why(facts)
    expect(why({ ...facts, pastDue })).toEqual({
      ...plain,
      answer: [
        ...plain.answer,
        { text: ' ' },
        { text: 'Past due since Tue 3 Sep', tone: 'fail' },
        { text: ': Cyber Essentials asks 14 days from release.' },
      ],
    })
  }
})

describe('the ladder', () => {
  test('tints the rung that decides and says what the others hold', () => {
    expect(why({ decision: held }).ladder).toEqual([
      { name: 'Hold', holds: 'client, by the gate', decides: { mark: 'held', tone: 'back' } },
      { name: 'Reject', holds: 'none', decides: null },
      { name: 'Defer', holds: 'none', decides: null },
      { name: 'Approval', holds: 'client, by Ana Bell', decides: null },
      { name: 'Rule', holds: 'none', decides: null },
      { name: 'Pending', holds: '', decides: null },
    ])
  })

  test('numbers the rule, and says what it would do when another rung decides', () => {
    const rule1 = (changes: Partial<DecisionFacts>) =>
      why({ decision: decision({ rules: [rule], ...changes }) }).ladder.find((rung) => rung.name.startsWith('Rule'))
    expect(rule1({})).toEqual({ name: 'Rule 1', holds: 'approves', decides: { mark: 'approved', tone: 'accent' } })
    expect(rule1({ holds: [hold] })).toEqual({ name: 'Rule 1', holds: 'would approve', decides: null })
  })
})
