import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { standardPolicy } from '../policies/rules.ts'
import {
  askAtMs,
  type GateEvidence,
  gateNumbers,
  isAsking,
  judgeGate,
  placeDevices,
  type RolloutFacts,
  rolloutCan,
} from './rules.ts'

const evidence = (over: Partial<GateEvidence> = {}): GateEvidence => ({
  due: 14,
  proved: 0,
  failed: 0,
  provedNeeded: 12,
  failureLimit: 1,
  soakEndsAtMs: null,
  heard: 14,
  deadlineAtMs: 1_000_000,
  extensionMs: 500_000,
  isPromoted: false,
  isConfirmed: false,
  isHeld: false,
  needsPerson: false,
  onNotEnough: 'ask',
  ...over,
})
const soaked = { soakEndsAtMs: 500 }

describe('the gate', () => {
  test('silence is not success: enough must have proved it', () => {
    expect(judgeGate(evidence({ proved: 11, ...soaked }), 600).verdict).toBe('collecting')
    expect(judgeGate(evidence({ proved: 12, ...soaked }), 600).verdict).toBe('pass')
  })
  test('the soak must be over', () => {
    expect(judgeGate(evidence({ proved: 14, ...soaked }), 499).verdict).toBe('soaking')
    expect(judgeGate(evidence({ proved: 14, ...soaked, isPromoted: true }), 499).verdict).toBe('pass')
  })
  test('it fails at once when the limit is passed, in mid-soak too', () => {
    expect(judgeGate(evidence({ proved: 12, failed: 1, ...soaked }), 100).verdict).toBe('soaking')
    expect(judgeGate(evidence({ proved: 12, failed: 2, ...soaked }), 100).verdict).toBe('fail')
  })
  test('too few by the deadline asks a person, who may say yes', () => {
    expect(judgeGate(evidence({ proved: 3 }), 1_000_000).verdict).toBe('asking')
    expect(judgeGate(evidence({ proved: 3, isConfirmed: true }), 1_000_000).verdict).toBe('pass')
  })
  test('soaking longer waits as long once more, then asks too', () => {
    const few = evidence({ proved: 3, onNotEnough: 'soak-longer' })
    expect(judgeGate(few, 1_000_000).verdict).toBe('collecting')
    expect(judgeGate(few, 1_499_999).verdict).toBe('collecting')
    expect(judgeGate(few, 1_500_000).verdict).toBe('asking')
    expect(askAtMs(few)).toBe(1_500_000)
  })
  test('it says what it waits for, and a final one waits for nothing', () => {
    const said = (over: Partial<GateEvidence>, nowMs: number) => {
      const { verdict, waitsFor } = judgeGate(evidence({ ...soaked, ...over }), nowMs)
      return [verdict, waitsFor]
    }
    expect(said({ proved: 3 }, 600)).toEqual(['collecting', 'proofs'])
    expect(said({ proved: 3 }, 1_000_000)).toEqual(['asking', 'proofs'])
    expect(said({ proved: 12 }, 499)).toEqual(['soaking', 'soak'])
    expect(said({ proved: 12, heard: 11 }, 600)).toEqual(['soaking', 'silent'])
    expect(said({ proved: 12, heard: 11 }, 1_000_000)).toEqual(['asking', 'silent'])
    expect(said({ proved: 12, needsPerson: true }, 600)).toEqual(['asking', 'person'])
    expect(said({ proved: 12 }, 600)).toEqual(['pass', null])
    expect(said({ failed: 2 }, 600)).toEqual(['fail', null])
  })
  test('silence after the soak is not success: it goes on waiting, and asks at the deadline', () => {
    const silent = evidence({ proved: 14, heard: 11, ...soaked })
    expect(judgeGate(silent, 600)).toEqual({
      verdict: 'soaking',
      reason: '14 of 14 proved, 0 failed, 11 heard from since the soak, 12 needed',
      waitsFor: 'silent',
    })
    expect(judgeGate(silent, 1_000_000)).toMatchObject({ verdict: 'asking' })
    expect(judgeGate({ ...silent, heard: 12 }, 600).verdict).toBe('pass')
    expect(judgeGate({ ...silent, isPromoted: true }, 600).verdict).toBe('pass')
  })
  test('over the limit is named before a hold: a gate is held because it failed', () => {
    expect(judgeGate(evidence({ proved: 3, failed: 2, isHeld: true }), 0).reason).toBe(
      '3 of 14 proved, 2 failed, limit 1',
    )
  })
  test('a small test ring asks after the soak', () => {
    expect(judgeGate(evidence({ proved: 12, needsPerson: true, ...soaked }), 600).verdict).toBe('asking')
  })
  test('never passes over the limit, held, or unproved without a person', () => {
    const any = fc.record({
      due: fc.nat(100),
      proved: fc.nat(100),
      failed: fc.nat(20),
      provedNeeded: fc.nat(100),
      failureLimit: fc.nat(5),
      soakEndsAtMs: fc.option(fc.nat(1_000)),
      heard: fc.nat(100),
      deadlineAtMs: fc.nat(1_000),
      extensionMs: fc.nat(1_000),
      isPromoted: fc.boolean(),
      isConfirmed: fc.boolean(),
      isHeld: fc.boolean(),
      needsPerson: fc.boolean(),
      onNotEnough: fc.constantFrom('ask' as const, 'soak-longer' as const),
    })
    fc.assert(
      fc.property(any, fc.nat(1_000), (facts, nowMs) => {
        if (judgeGate(facts, nowMs).verdict !== 'pass') return
        expect(facts.failed).toBeLessThanOrEqual(facts.failureLimit)
        expect(facts.isHeld).toBe(false)
        expect(facts.isConfirmed || facts.proved >= facts.provedNeeded).toBe(true)
        expect(
          facts.isConfirmed || facts.isPromoted || (facts.soakEndsAtMs !== null && facts.soakEndsAtMs <= nowMs),
        ).toBe(true)
        expect(facts.isConfirmed || facts.isPromoted || facts.heard >= facts.provedNeeded, 'silence').toBe(true)
      }),
    )
  })
})

describe('gate numbers', () => {
  const { gate } = standardPolicy
  test('few test devices: one proof, no failure', () => {
    expect(gateNumbers(gate, 4, true)).toEqual({ provedNeeded: 1, failureLimit: 0 })
  })
  test('80 % and one failure; above fifty 2 %', () => {
    expect(gateNumbers(gate, 14, false)).toEqual({ provedNeeded: 12, failureLimit: 1 })
    expect(gateNumbers(gate, 430, false)).toEqual({ provedNeeded: 344, failureLimit: 8 })
  })
})

describe('placement in rings', () => {
  const devices = Array.from({ length: 2_000 }, (_, index) => ({ id: randomUUID(), tags: index < 3 ? ['test'] : [] }))
  test('tags take their devices, shares are near their percentage, nobody is left out', () => {
    const placed = placeDevices(standardPolicy.rings, devices)
    const count = (position: number) => [...placed.values()].filter((one) => one === position).length
    expect([placed.size, count(0)]).toEqual([2_000, 3])
    expect(count(1) / 1_997).toBeGreaterThan(0.11)
    expect(count(1) / 1_997).toBeLessThan(0.19)
  })
  test('a device keeps its ring when others come and go', () => {
    const all = placeDevices(standardPolicy.rings, devices)
    const fewer = placeDevices(standardPolicy.rings, devices.slice(500))
    for (const [id, position] of fewer) expect(all.get(id)).toBe(position)
  })
})

test('what may be done says why not', () => {
  const running: RolloutFacts = {
    state: 'running',
    isStopped: false,
    openRollbacks: [],
    openRing: { name: 'Test', isSoaking: true },
    installedCount: 2,
  }
  expect(rolloutCan.pause(running)).toEqual({ can: true })
  expect(rolloutCan.pause({ ...running, isStopped: true })).toEqual({ can: false, reason: 'It is paused already.' })
  expect(
    rolloutCan.promote({
      ...running,
      openRollbacks: [{ patchName: 'lab-svc 3.0', waitingFor: 'bw-ws-01 is offline' }],
    }),
  ).toEqual({
    can: false,
    reason: 'Promote opens when the rollback of lab-svc 3.0 has ended: bw-ws-01 is offline.',
  })
  expect(rolloutCan.resume({ ...running, state: 'finished', isStopped: true })).toEqual({
    can: false,
    reason: 'This rollout has finished.',
  })
  const asks = { isAsking: true }
  expect(rolloutCan.confirm(running, asks)).toEqual({ can: true })
  for (const [facts, gate, reason] of [
    [running, { isAsking: false }, 'This gate asks nobody now.'],
    [{ ...running, isStopped: true }, asks, 'It is paused. Resume it first.'],
    [{ ...running, state: 'aborted', isStopped: true }, asks, 'This rollout was aborted.'],
    [{ ...running, state: 'finished' }, asks, 'This rollout has finished.'],
  ] as const)
    expect(rolloutCan.confirm(facts, gate)).toEqual({ can: false, reason })
  const gate = { verdict: 'asking', isConfirmed: false, rollBackAt: null }
  expect([
    isAsking(gate),
    isAsking({ ...gate, isConfirmed: true }),
    isAsking({ ...gate, rollBackAt: new Date() }),
    isAsking({ ...gate, verdict: 'soaking' }),
  ]).toEqual([true, false, false, false])
})
