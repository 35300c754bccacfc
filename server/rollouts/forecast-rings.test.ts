import { describe, expect, test } from 'vitest'
import { standardPolicy } from '../policies/rules.ts'
import { countingBlocks, forecastRings } from './forecast-rings.ts'
import type { RingSummary } from './queries.ts'
import { ringPhase } from './ring-phase.ts'
import { stateSentence } from './state-sentence.ts'

const zone = 'Europe/Berlin'
const at = (text: string) => new Date(`${text}:00+02:00`)
const noGates = { asking: 0, soaking: 0, collecting: 0, passed: 0, failed: 0 }
const summary = (position: number, over: Partial<RingSummary> = {}): RingSummary => ({
  rolloutId: 'r',
  position,
  name: ['Test', 'Early', 'Production'][position] ?? '',
  deviceCount: 4,
  state: 'waiting',
  phase: 'waiting',
  concurrency: null,
  notBefore: at('2024-09-12T16:20'),
  openedAt: null,
  closedAt: null,
  deadlineAt: null,
  isPromoted: false,
  gates: noGates,
  due: 4,
  proved: 0,
  failed: 0,
  soakStartedAt: null,
  soakEndsAt: null,
  decidedAt: null,
  askingSince: null,
  takenBack: 0,
  ...over,
})

describe('where the rings stand in time', () => {
  const passed = summary(0, {
    state: 'closed',
    phase: 'passed',
    openedAt: at('2024-09-12T21:00'),
    soakStartedAt: at('2024-09-12T22:10'),
    decidedAt: at('2024-09-16T18:00'),
  })
  const soaking = summary(1, {
    state: 'open',
    phase: 'soaking',
    openedAt: at('2024-09-16T18:00'),
    soakStartedAt: at('2024-09-16T22:30'),
    soakEndsAt: at('2024-09-18T18:00'),
  })
  const [test0, early, production] = forecastRings(
    [passed, soaking, summary(2)],
    standardPolicy,
    zone,
    at('2024-09-17T09:12'),
  )

  test('what was is drawn as it was: window, soak in working hours, gate', () => {
    expect(test0?.windows).toEqual([{ from: at('2024-09-12T22:00'), to: at('2024-09-13T02:00') }])
    expect(test0?.soakBlocks).toEqual([
      { from: at('2024-09-13T08:00'), to: at('2024-09-13T18:00') },
      { from: at('2024-09-16T08:00'), to: at('2024-09-16T18:00') },
    ])
    expect(test0).toMatchObject({ gateAt: at('2024-09-16T18:00'), isGateOpenEnded: false })
  })

  test('a ring that waits opens in its own first window after the gate before it', () => {
    expect(early?.gateAt).toEqual(at('2024-09-18T18:00'))
    expect(production?.opensAt).toEqual(at('2024-09-19T02:00'))
    expect(production?.gateAt).toEqual(at('2024-09-20T18:00'))
    expect(production?.isGateOpenEnded).toBe(true)
  })

  test('a gate that decides after its window sends it to the next one', () => {
    const slow = { ...soaking, soakEndsAt: at('2024-09-19T12:00') }
    expect(forecastRings([passed, slow, summary(2)], standardPolicy, zone, at('2024-09-17T09:12'))[2]?.opensAt).toEqual(
      at('2024-09-26T02:00'),
    )
  })

  test('never before its deferral', () => {
    const late = summary(2, { notBefore: at('2024-09-25T00:00') })
    expect(forecastRings([passed, soaking, late], standardPolicy, zone, at('2024-09-17T09:12'))[2]?.opensAt).toEqual(
      at('2024-09-26T02:00'),
    )
  })

  test('rings that are left out stand nowhere and hold nobody up', () => {
    const left = summary(1, { state: 'left-out', phase: 'left-out' })
    const [, none, last] = forecastRings([passed, left, summary(2)], standardPolicy, zone, at('2024-09-17T09:12'))
    expect(none?.opensAt).toBeNull()
    expect(last?.opensAt).toEqual(at('2024-09-19T02:00'))
  })

  test('without working hours all of the soak counts', () => {
    const span = { from: at('2024-09-14T08:00'), to: at('2024-09-15T08:00') }
    expect(countingBlocks(span, null, zone)).toEqual([span])
    expect(countingBlocks(span, standardPolicy.workingHours, zone), 'a weekend').toEqual([])
  })
})

test('a ring in one word: who asks comes before what soaks, and what soaks before what collects', () => {
  const open = (gates: Partial<typeof noGates>) =>
    ringPhase({ state: 'open', gates: { ...noGates, ...gates } }, 'running')
  expect(open({ collecting: 1, soaking: 1, asking: 1 })).toBe('asking')
  expect(open({ collecting: 1, soaking: 1 })).toBe('running')
  expect(open({ soaking: 1, failed: 2 })).toBe('soaking')
  const closed = (gates: Partial<typeof noGates>) =>
    ringPhase({ state: 'closed', gates: { ...noGates, ...gates } }, 'running')
  expect([closed({ passed: 1, failed: 1 }), closed({ failed: 1 }), closed({})]).toEqual(['passed', 'failed', 'skipped'])
  expect(ringPhase({ state: 'waiting', gates: noGates }, 'aborted')).toBe('stopped')
})

test('how a rollout stands, in one line of a list', () => {
  const say = (over: Partial<Parameters<typeof stateSentence>[0]>) =>
    stateSentence({
      state: 'running',
      isStopped: false,
      stoppedBy: null,
      stopReason: null,
      rings: [summary(0, { phase: 'soaking', soakEndsAt: at('2024-09-18T14:00') })],
      takenBack: 0,
      zone,
      now: at('2024-09-17T09:12'),
      ...over,
    }).sentence
  expect(say({})).toBe('Soaks until tomorrow 14:00')
  expect(say({ takenBack: 1 })).toBe('Soaks until tomorrow 14:00, 1 patch rolled back')
  expect(say({ rings: [summary(0, { phase: 'asking' })] })).toBe('Gate waits for a person')
  expect(say({ isStopped: true, stoppedBy: 'Nora', stopReason: 'printers' })).toBe('Paused by Nora: printers')
  expect(say({ state: 'finished', takenBack: 1 })).toBe('Finished, 1 patch rolled back')
  expect(say({ rings: [summary(0, { phase: 'running', proved: 1 })] })).toBe('Test: 1 of 4 proved')
  expect(say({ rings: [summary(0, { notBefore: at('2024-09-19T02:00') })] })).toBe('Test opens Thu 19 Sep 02:00')
})
