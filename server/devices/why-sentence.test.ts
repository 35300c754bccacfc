import { describe, expect, test } from 'vitest'
import { type DecisionFacts, decide } from '../approvals/rules.ts'
import type { ApprovalRule } from '../policies/schema.ts'
import type { Attempt, WhyFacts } from './why-facts.ts'
import { whyNotPatched } from './why-sentence.ts'

// Tuesday 17 September 2024, 09:12 in London.
const now = new Date('2024-09-17T08:12:00Z')
const at = (text: string) => new Date(`${text}:00+01:00`)

const base: DecisionFacts = {
  patch: { classification: 'security', severity: 'important', releasedAt: null, firstSeenAt: at('2024-09-10T09:00') },
  undoClass: 'kept',
  holds: [],
  decisions: [],
  rules: [],
  now,
}
const approval = {
  scope: 'client',
  kind: 'approve',
  by: 'Ana Bell',
  at: at('2024-09-16T10:00'),
  until: null,
  reason: '',
} as const
const rule: ApprovalRule = {
  classifications: [],
  severities: [],
  afterDays: 0,
  onlyIfUndoable: false,
  effect: 'approve',
}
const decision = (changes: Partial<DecisionFacts>) => decide({ ...base, ...changes })
const approved = decision({ decisions: [approval] })
const hold = {
  scope: 'client',
  source: 'gate',
  setBy: 'Gate of Test',
  setAt: at('2024-09-17T00:04'),
  reason: 'lab-svc 3.0 failed the gate of ring Test: 0 of 1 proved, 1 failed, limit 0',
} as const
const held = decision({ holds: [hold], decisions: [approval] })

const attempt: Attempt = {
  rolloutNumber: 12,
  isLive: true,
  paused: null,
  state: 'staged',
  stateAt: at('2024-09-16T22:19'),
  reason: '',
  installs: 0,
  ring: { name: 'Production', state: 'waiting', notBefore: at('2024-09-16T22:00') },
  gate: { verdict: 'waiting', soakEndsAt: null, isStopped: false },
  ringBefore: null,
  window: { opensAt: at('2024-09-19T02:00'), lastStartAt: at('2024-09-19T04:45'), isAlways: false },
  order: null,
}
const open = { ring: { ...attempt.ring, state: 'open' as const } }
const signed = { isSigned: true, isPermitted: false, windowOpenUntil: null }

function why(changes: Partial<WhyFacts>) {
  return whyNotPatched({
    patchName: 'lab-svc 3.0',
    clientName: 'Brightwater Accountants',
    zone: 'Europe/London',
    now,
    device: { status: 'active', seenAt: at('2024-09-17T09:10'), isRebootPending: false },
    decision: approved,
    startRule: { kind: 'at-once', settleMs: 3_600_000 },
    hasTestDevice: true,
    setWaitsFor: [],
    hasFailedBefore: false,
    triedIn: null,
    attempt: null,
    ...changes,
  })
}
const going = (changes: Partial<Attempt>) => ({ attempt: { ...attempt, ...changes } })

const cases: [string, Partial<WhyFacts>, string, string, string][] = [
  [
    'held by a gate',
    { decision: held },
    'It is [held for Brightwater Accountants] since today 00:04 by the gate of Test: lab-svc 3.0 failed the gate of ring Test: 0 of 1 proved, 1 failed, limit 0.',
    'Nothing installs it here until a person lifts the hold. The other missing patches are not affected.',
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
    'Nothing installs it here until a person lifts the hold. The other missing patches are not affected.',
    'Held for all clients since today 00:04',
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
    'The rollout begins with the test ring and stages the packages first.',
    'Joins the next rollout, which starts when nothing new was found for 1 h',
  ],
  [
    'joins the weekly rollout, by a rule',
    { decision: decision({ rules: [rule] }), startRule: { kind: 'weekly', day: 'WE', at: '21:00' } },
    'It is approved by rule 1 and [joins the next rollout], which starts on Wednesday at 21:00.',
    'The rollout begins with the test ring and stages the packages first.',
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
    'paused',
    going({ paused: { by: 'Ana Bell', reason: 'month end' } }),
    'It is approved and in R-12: [the rollout is paused by Ana Bell]: month end.',
    'No order and no permit is given until a person resumes it.',
    'R-12 is paused by Ana Bell',
  ],
  [
    'stopped',
    going({ gate: { ...attempt.gate, isStopped: true } }),
    'It is approved and in R-12: [the rollout has stopped this patch].',
    'Too many failures, or a hold, elsewhere in it.',
    'Stopped in R-12',
  ],
  [
    'not staged',
    going({ state: 'planned' }),
    'It is approved and in R-12: [the device fetches the packages first].',
    'Staging changes nothing on the device.',
    'R-12 stages it',
  ],
  [
    'an earlier ring soaks',
    going({ ringBefore: { name: 'Test', verdict: 'soaking', soakEndsAt: at('2024-09-18T14:00') } }),
    'It is approved and in R-12: [ring Production waits for ring Test], which soaks until tomorrow 14:00.',
    'Only the exact version that passed goes on.',
    'Ring Test comes first, which soaks until tomorrow 14:00',
  ],
  [
    'an earlier gate asks',
    going({ ringBefore: { name: 'Test', verdict: 'asking', soakEndsAt: null } }),
    'It is approved and in R-12: [ring Production waits for ring Test], whose gate asks a person.',
    'Only the exact version that passed goes on.',
    'Ring Test comes first, whose gate asks a person',
  ],
  [
    'an earlier ring has not proved it',
    going({ ringBefore: { name: 'Test', verdict: 'collecting', soakEndsAt: null } }),
    'It is approved and in R-12: [ring Production waits for ring Test], which has not proved it yet.',
    'Only the exact version that passed goes on.',
    'Ring Test comes first, which has not proved it yet',
  ],
  [
    'deferral of the ring',
    going({ ring: { ...attempt.ring, notBefore: at('2024-09-20T09:00') } }),
    'It is approved and in R-12: [ring Production opens Fri 20 Sep 09:00] at the earliest.',
    'The ring waits that long after the release.',
    'Ring Production opens Fri 20 Sep 09:00',
  ],
  [
    'order not signed',
    going({ ...open, state: 'ordered', order: { ...signed, isSigned: false } }),
    'It is approved and in R-12: [its order is being made].',
    'The device gets it at its next check-in inside the window.',
    'Its order is being made',
  ],
  [
    'window ahead',
    going({ ...open, state: 'ordered', order: signed }),
    'It is approved and in R-12: [its window opens Thu 19 Sep 02:00].',
    'Patch now opens it at once.',
    'Ring Production, opens Thu 19 Sep 02:00',
  ],
  [
    'window open',
    going({
      ...open,
      state: 'ordered',
      order: signed,
      window: { opensAt: at('2024-09-17T08:00'), lastStartAt: at('2024-09-17T10:45'), isAlways: false },
    }),
    'It is approved and in R-12: [its window is open, last start today 10:45].',
    'The device starts at its next check-in.',
    'Starts at the next check-in',
  ],
  [
    'no window',
    going({ ...open, state: 'ordered', order: signed, window: null }),
    'It is approved and in R-12: [ring Production has no window ahead].',
    'Change the window of the ring, or use Patch now.',
    'No window ahead',
  ],
  [
    'patch now',
    going({ ...open, state: 'ordered', order: { ...signed, windowOpenUntil: at('2024-09-17T11:12') } }),
    'It is approved and in R-12: [its window was opened until today 11:12] by hand.',
    'The device starts at its next check-in.',
    'Starts at the next check-in, until today 11:12',
  ],
  [
    'permitted counts as installing',
    going({ ...open, state: 'ordered', order: { ...signed, isPermitted: true } }),
    'It is [being installed now], since yesterday 22:19.',
    'What has begun is finished, never killed. The device reports the version it reads back.',
    'Being installed now',
  ],
  [
    'installed, soaks',
    going({
      ...open,
      state: 'proved',
      gate: { verdict: 'soaking', soakEndsAt: at('2024-09-18T14:00'), isStopped: false },
    }),
    'It is [installed] since yesterday 22:19 and soaks until tomorrow 14:00.',
    'A probe that fails before the soak is over takes it back by itself.',
    'In since yesterday 22:19, soaks until tomorrow 14:00',
  ],
  [
    'being taken back, although held',
    { decision: held, ...going({ ...open, state: 'rolling-back' }) },
    'It is [being taken back] since yesterday 22:19.',
    'The device puts the version before back from its own store and reads it back.',
    'Being taken back since yesterday 22:19',
  ],
  [
    'failed, may be tried again',
    going({ ...open, state: 'failed', installs: 1, reason: 'no space left on device' }),
    'It [failed here] yesterday 22:19: no space left on device.',
    'Attempt 1 of 5 in R-12. Retry makes the next one; the failure stays counted.',
    'Failed yesterday 22:19, attempt 1 of 5',
  ],
  [
    'failed, no attempt left',
    going({ ...open, state: 'failed', installs: 5, reason: 'no space left on device' }),
    'It [failed here] yesterday 22:19: no space left on device.',
    'Attempt 5 of 5 in R-12. No attempt is left.',
    'Failed yesterday 22:19, attempt 5 of 5',
  ],
  [
    'failed and taken back, rollout over',
    going({ state: 'rolled-back', isLive: false, installs: 2, reason: 'The probe "lab-svc answers" failed: refused.' }),
    'It [failed here and was taken back] yesterday 22:19: The probe "lab-svc answers" failed: refused.',
    'Attempt 2 of 5 in R-12. R-12 has ended: it is tried again when a person starts a rollout with it.',
    'Taken back yesterday 22:19, attempt 2 of 5',
  ],
  [
    'could not be taken back',
    going({ ...open, state: 'rollback-failed', installs: 1, reason: 'the predecessor is gone' }),
    'It [could not be taken back] yesterday 22:19: the predecessor is gone.',
    'The package may be half installed. A person has to look at the device.',
    'Could not be taken back: look at the device',
  ],
  [
    'dropped by its rollout: joins the next',
    going({ state: 'dropped', isLive: false }),
    'It is approved by a person and [joins the next rollout], which starts when nothing new was found for 1 h.',
    'The rollout begins with the test ring and stages the packages first.',
    'Joins the next rollout, which starts when nothing new was found for 1 h',
  ],
]

test.each(cases)('%s', (_name, facts, answer, consequence, next) => {
  const said = why(facts)
  expect(said.answer.map(({ text, tone }) => (tone ? `[${text}]` : text)).join('')).toBe(answer)
  expect(said.consequence).toBe(consequence)
  expect(said.next).toBe(next)
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

  test('states of the table', () => {
    const states = cases.map(([name, facts]) => `${name}: ${why(facts).mark}, ${why(facts).word}`)
    expect(states).toMatchInlineSnapshot(`
      [
        "held by a gate: held, Held",
        "held, after it was taken back here: held, Held",
        "held by the breaker for all: held, Held",
        "rejected: missing, Missing",
        "deferred: missing, Missing",
        "pending, no rule: asking, Missing",
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
        "paused: staged, Staged",
        "stopped: staged, Staged",
        "not staged: approved, Approved",
        "an earlier ring soaks: staged, Staged",
        "an earlier gate asks: staged, Staged",
        "an earlier ring has not proved it: staged, Staged",
        "deferral of the ring: staged, Staged",
        "order not signed: scheduled, Scheduled",
        "window ahead: scheduled, Scheduled",
        "window open: scheduled, Scheduled",
        "no window: scheduled, Scheduled",
        "patch now: scheduled, Scheduled",
        "permitted counts as installing: installing, Installing",
        "installed, soaks: soaking, Installed, soaks",
        "being taken back, although held: rolled-back, Rolling back",
        "failed, may be tried again: failed, Failed",
        "failed, no attempt left: failed, Failed",
        "failed and taken back, rollout over: rolled-back, Rolled back",
        "could not be taken back: failed, Failed",
        "dropped by its rollout: joins the next: approved, Approved",
      ]
    `)
  })
})
