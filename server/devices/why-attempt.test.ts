import { expect, test } from 'vitest'
import { at, attempt, going, held, open, sentenceOf, signed, type WhyCase, why } from './testing.ts'

const begins = 'The rollout begins with the test ring and stages the packages first.'
const onlyPassed = 'Only the exact version that passed goes on.'

const cases: WhyCase[] = [
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
    onlyPassed,
    'Ring Test comes first, which soaks until tomorrow 14:00',
  ],
  [
    'an earlier gate asks',
    going({ ringBefore: { name: 'Test', verdict: 'asking', soakEndsAt: null } }),
    'It is approved and in R-12: [ring Production waits for ring Test], whose gate asks a person.',
    onlyPassed,
    'Ring Test comes first, whose gate asks a person',
  ],
  [
    'an earlier ring has not proved it',
    going({ ringBefore: { name: 'Test', verdict: 'collecting', soakEndsAt: null } }),
    'It is approved and in R-12: [ring Production waits for ring Test], which has not proved it yet.',
    onlyPassed,
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
    begins,
    'Joins the next rollout, which starts when nothing new was found for 1 h',
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
