import { describe, expect, test } from 'vitest'
import { type LeadFacts, leadSentence } from './lead-sentence.ts'

const now = new Date('2024-09-17T07:12:00Z')
const at = (text: string) => new Date(text)
type Ring = LeadFacts['rings'][number]
type Patch = LeadFacts['patches'][number]

const ring = (name: string, over: Partial<Ring> = {}): Ring => ({
  name,
  phase: 'waiting',
  proved: 0,
  due: 14,
  moreNeeded: 0,
  opensAt: null,
  gateAt: null,
  askingSince: null,
  ...over,
})
const patch = (name: string, over: Partial<Patch> = {}): Patch => ({
  name,
  failedIn: null,
  takenBack: null,
  isHeld: false,
  askingIn: null,
  passedAll: false,
  ...over,
})
const test1 = ring('Test', { phase: 'passed', proved: 4, due: 4 })
const early = ring('Early', { phase: 'soaking', proved: 13, gateAt: at('2024-09-18T12:00:00Z') })
const production = ring('Production', { due: 78, opensAt: at('2024-09-19T00:00:00Z') })
const bad = patch('KB5043080', { failedIn: 'Early', isHeld: true, takenBack: { done: 13, of: 14, impossible: 0 } })
const allStopped = { at: at('2024-09-17T06:02:00Z'), by: 'Nora', reason: 'somebody else is at it.' }
const lead = (over: Partial<LeadFacts>) =>
  leadSentence({
    state: 'running',
    stop: null,
    allStopped: null,
    deviceCount: 96,
    rings: [test1, early, production],
    patches: [patch('Chrome 128')],
    zone: 'Europe/Berlin',
    now,
    ...over,
  })
const text = (over: Partial<LeadFacts>) =>
  lead(over)
    .map((part) => part.text)
    .join('')

describe('the lead sentence', () => {
  test.each<[string, Partial<LeadFacts>, string]>([
    ['soaks', {}, 'Early soaks until tomorrow 14:00, then Production opens Thu 19 Sep 02:00.'],
    [
      'soaks for less than an hour: what is left says more than a clock',
      { rings: [ring('Test', { phase: 'soaking', gateAt: at('2024-09-17T07:12:16Z') })] },
      'Test soaks 16 s more.',
    ],
    [
      'one failed, the others go on',
      { patches: [bad, patch('a'), patch('b'), patch('c')] },
      'KB5043080 failed in Early and is being taken back, 13 of 14 devices; it is held. The other 3 patches go on: Early soaks until tomorrow 14:00, then Production opens Thu 19 Sep 02:00.',
    ],
    [
      'all back',
      {
        patches: [patch('x 3.0', { ...bad, name: 'x 3.0', takenBack: { done: 2, of: 2, impossible: 0 } }), patch('a')],
      },
      'x 3.0 failed in Early and was taken back from 2 of 2 devices; it is held. The other patch goes on: Early soaks until tomorrow 14:00, then Production opens Thu 19 Sep 02:00.',
    ],
    [
      'some cannot go back',
      {
        patches: [patch('x 3.0', { failedIn: 'Test', takenBack: { done: 1, of: 2, impossible: 1 } })],
        state: 'finished',
      },
      'x 3.0 failed in Test and is being taken back, 1 of 2 devices; 1 cannot be taken back; it is held. Nothing of this rollout went through. It has finished.',
    ],
    [
      'a person took it back',
      { patches: [patch('x 3.0', { takenBack: { done: 0, of: 1, impossible: 0 } })] },
      'x 3.0 was stopped by a person and is being taken back, 0 of 1 device; it is held. No patch is left to go on; the rollout ends when the rollback has been reported.',
    ],
    [
      'collects proofs',
      { rings: [ring('Test', { phase: 'running', proved: 1, due: 4, moreNeeded: 2 }), production] },
      'Test is open, 1 of 4 proved; its soak starts after 2 more proofs, then Production opens Thu 19 Sep 02:00.',
    ],
    [
      'a gate asks',
      {
        rings: [ring('Test', { phase: 'asking' }), production],
        patches: [patch('x 2.0', { askingIn: { ring: 'Test', reason: 'Not enough evidence: 1 of 4 proved' } })],
      },
      'x 2.0 in Test waits for a person: not enough evidence: 1 of 4 proved. Production stays shut until somebody says yes.',
    ],
    [
      'waits for its deferral',
      { rings: [ring('Test', { opensAt: at('2024-09-18T20:00:00Z') })] },
      'Test opens tomorrow 22:00; all devices fetch the packages meanwhile.',
    ],
    [
      'paused',
      { stop: { by: 'Nora', reason: 'exam week.' } },
      'Paused by Nora: exam week. No order and no start until somebody resumes it; the soak of Early stands still.',
    ],
    [
      'all changes of the company are stopped',
      { allStopped },
      'All changes are stopped since today 08:02 by Nora: somebody else is at it. Nothing starts and nothing is taken back until they go on.',
    ],
    [
      'all changes are stopped, while one is taken back in a paused rollout',
      { allStopped, patches: [bad], stop: { by: 'Tom', reason: 'exam week' } },
      'KB5043080 failed in Early and is being taken back, 13 of 14 devices; it is held. All changes are stopped since today 08:02 by Nora: somebody else is at it. Nothing starts and nothing is taken back until they go on. Paused by Tom: exam week. No order and no start until somebody resumes it; the soak of Early stands still.',
    ],
    [
      'finished with late devices, all changes are stopped',
      {
        allStopped,
        state: 'finished',
        rings: [ring('Test', { phase: 'passed', proved: 12 })],
        patches: [patch('x 2.0', { passedAll: true })],
      },
      'x 2.0 passed every gate on 96 devices. The rollout has finished. Late devices get what passed when changes go on: all are stopped.',
    ],
    [
      'aborted, all changes are stopped',
      { allStopped, state: 'aborted', stop: { by: 'Nora', reason: 'wrong client' } },
      'Aborted by Nora: wrong client. What was installed stays; nothing else starts.',
    ],
    [
      'aborted',
      { state: 'aborted', stop: { by: 'Nora', reason: 'wrong client' } },
      'Aborted by Nora: wrong client. What was installed stays; nothing else starts.',
    ],
    [
      'finished well',
      { state: 'finished', rings: [test1], patches: [patch('x 2.0', { passedAll: true })] },
      'x 2.0 passed every gate on 96 devices. The rollout has finished, and nothing is open.',
    ],
    [
      'finished with late devices',
      {
        state: 'finished',
        rings: [ring('Test', { phase: 'passed', proved: 12 })],
        patches: [patch('x 2.0', { passedAll: true }), bad],
      },
      'KB5043080 failed in Early and is being taken back, 13 of 14 devices; it is held. x 2.0 passed every gate. The rollout has finished. Late devices get what passed at their next window.',
    ],
  ])('%s', (_, over, expected) => {
    expect(text(over)).toBe(expected)
  })

  test('sets the times strong, and nothing else', () => {
    expect(lead({}).filter((part) => part.isStrong)).toEqual([
      { text: 'tomorrow 14:00', isStrong: true },
      { text: 'Thu 19 Sep 02:00', isStrong: true },
    ])
  })
})
