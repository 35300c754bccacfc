import { describe, expect, test } from 'vitest'
import { whatHappened } from './device-words'
import { aheadWords, evidenceSentence, patchVerdict } from './evidence-words'
import { ringLanes } from './ring-lanes'
import type { DeviceItem, DeviceRow, Gate, Patch, Ring, Rollout } from './view-types'

const asOf = new Date('2026-11-20T10:00:14Z')
const at = (seconds: number) => new Date(asOf.getTime() + (seconds - 14) * 1_000)
const noEvidence = { succeeded: 0, 'pending-reboot': 0, 'rolled-back': 0, failed: 0, silent: 0, 'to-report': 0 }
const gate = (over: Partial<Gate> = {}): Gate => ({
  position: 0,
  due: 14,
  proved: 13,
  failed: 0,
  provedNeeded: 12,
  failureLimit: 1,
  verdict: 'soaking',
  reason: '',
  verdictAt: null,
  soakEndsAt: at(30),
  isConfirmed: false,
  isAsking: false,
  evidence: { ...noEvidence, succeeded: 13, silent: 1 },
  left: 0,
  ...over,
})
const patch = (over: Partial<Patch> = {}): Patch => ({
  id: 'p',
  name: 'lab-svc',
  version: '2.0',
  classification: 'security',
  severity: 'unknown',
  fromVersions: ['1.0'],
  dueAt: null,
  undo: { kept: 14, fetchable: 0, snapshot: 0, none: 0 },
  gates: [gate()],
  isStopped: false,
  hold: null,
  takenBack: null,
  installed: 13,
  ...over,
})
const ring = (over: Partial<Ring> = {}): Ring => ({
  rolloutId: 'r',
  position: 0,
  name: 'Test',
  deviceCount: 14,
  state: 'open',
  phase: 'soaking',
  concurrency: null,
  notBefore: at(0),
  openedAt: at(0),
  closedAt: null,
  deadlineAt: null,
  isPromoted: false,
  gates: { asking: 0, soaking: 1, collecting: 0, passed: 0, failed: 0 },
  due: 14,
  proved: 13,
  failed: 0,
  soakStartedAt: at(0),
  soakEndsAt: at(30),
  decidedAt: null,
  askingSince: null,
  takenBack: 0,
  forecast: {
    opensAt: at(0),
    windows: [{ from: at(0), to: at(0) }],
    soak: { from: at(0), to: at(30) },
    soakBlocks: [{ from: at(0), to: at(30) }],
    gateAt: at(30),
    isGateOpenEnded: false,
  },
  rule: { members: { kind: 'tags', tags: ['test'] }, soakMs: 30_000, deferralMs: 0, zone: null },
  ...over,
})
const next = ring({
  position: 1,
  name: 'Production',
  state: 'waiting',
  phase: 'waiting',
  openedAt: null,
  forecast: { opensAt: at(30), windows: [], soak: null, soakBlocks: [], gateAt: at(60), isGateOpenEnded: true },
})
const rollout = (over: Partial<Rollout> = {}): Rollout => ({
  id: 'r',
  number: 1,
  title: 'A test',
  state: 'running',
  client: { id: 'c', name: 'Client a', timeZone: 'Europe/Berlin' },
  policyVersion: '1',
  isLab: true,
  startedAt: at(-20),
  startedBy: 'Nora',
  finishedAt: null,
  stop: null,
  words: { kind: 'soaking', short: '', sentence: '' },
  lead: [],
  can: {
    pause: { can: true },
    resume: { can: true },
    abort: { can: true },
    promote: { can: true },
    rollBack: { can: true },
    confirmGate: { can: true },
    goOn: { can: true },
  },
  rings: [ring(), next],
  patches: [patch()],
  counts: { all: 14, failed: 0, silent: 0, 'rolled-back': 0, 'pending-reboot': 0 },
  currentPosition: 0,
  hasWorkingHours: false,
  gateRule: { provedShare: 0.8, smallRingBelow: 10 },
  restDays: [],
  asOf,
  ...over,
})
const stop = { at: at(10), by: 'Nora', reason: 'why', finishing: 0, unreachable: 0, unreachableUntil: null }

describe('the lanes', () => {
  test('the countdown moves by the second, and stands still while paused', () => {
    const standing = (value: Rollout, nowMs: number) => ringLanes(value, nowMs).lanes[0]?.standing
    expect(standing(rollout(), at(14).getTime())).toMatchObject({
      kind: 'countdown',
      left: '16 s',
      sentence: '14 s of 30 s counted, ends 11:00:30',
    })
    expect(standing(rollout(), at(15).getTime())).toMatchObject({ left: '15 s' })
    expect(standing(rollout(), at(31).getTime())).toMatchObject({ title: 'Soak is over' })
    expect(standing(rollout({ stop }), at(25).getTime())).toMatchObject({
      title: 'Stopped today 11:00',
      lines: ['10 s of 30 s counted.', 'Goes on from there when resumed.'],
    })
  })

  test('a soak that waited for its gate is labelled with what it had to be', () => {
    const late = [{ from: at(0), to: at(38) }]
    const labels = (soakBlocks: typeof late) =>
      ringLanes(
        rollout({ rings: [ring({ forecast: { ...ring().forecast, soakBlocks } }), next] }),
        at(50).getTime(),
      ).lanes[0]?.soak?.map((block) => block.label)
    expect(labels(late)).toEqual(['30 s'])
    expect(labels([...late, { from: at(40), to: at(45) }]), 'of several each says its own').toEqual(['38 s', '5 s'])
  })

  test('a ring that follows the gate says so; one with a date of its own says when; a left-out ring is named', () => {
    const board = ringLanes(
      rollout({ rings: [ring(), next, ring({ position: 2, name: 'Rest', phase: 'left-out' })] }),
      at(14).getTime(),
    )
    expect(board.lanes.map((lane) => lane.name)).toEqual(['Test', 'Production'])
    expect(board.leftOut).toEqual(['Rest'])
    expect(board.lanes[1]?.standing).toMatchObject({ title: 'After the gate of Test' })
    const later = { ...next, forecast: { ...next.forecast, opensAt: new Date('2026-11-26T01:00:00Z') } }
    expect(ringLanes(rollout({ rings: [ring(), later] }), at(14).getTime()).lanes[1]?.standing).toMatchObject({
      title: 'Opens Thu 26 Nov 02:00',
    })
  })
})

describe('evidence in words', () => {
  test('says what was reported, and names what is missing', () => {
    expect(evidenceSentence(gate())).toBe('13 reported, 13 ok, 1 silent')
    const evidence = { ...noEvidence, succeeded: 9, 'pending-reboot': 1, silent: 1 }
    expect(evidenceSentence(gate({ proved: 10, evidence }))).toBe('10 reported, 9 ok, 1 pending reboot, 1 silent')
    const failed = gate({ proved: 12, failed: 2, evidence: { ...noEvidence, 'rolled-back': 12, failed: 2 } })
    expect(evidenceSentence(failed)).toBe('14 reported, 12 ok, 2 failed, 12 rolled back')
  })

  test.each<[string, Partial<Patch>, Partial<Rollout>, string, string]>([
    ['enough', {}, {}, 'Soaking', 'Enough evidence so far'],
    ['just enough', { gates: [gate({ proved: 12 })] }, {}, 'Soaking', 'Enough, none to spare'],
    ['too few', { gates: [gate({ verdict: 'collecting', proved: 10 })] }, {}, 'Installing', '2 more proofs needed'],
    ['paused', {}, { stop }, 'Paused', 'Goes on when resumed'],
    ['asks', { gates: [gate({ verdict: 'asking', isAsking: true })] }, {}, 'Wants a person', 'Go on, or take it back'],
    ['answered', { gates: [gate({ verdict: 'asking' })] }, {}, 'Answered', 'The gate decides now'],
    [
      'going back',
      { takenBack: { done: 13, of: 14, impossible: 0, silent: 1 } },
      {},
      'Being taken back',
      '13 of 14 proved, 1 offline',
    ],
    ['passed', { gates: [gate({ verdict: 'pass' })] }, {}, 'Passed', '13 installed'],
  ])('a patch that is %s', (_, ofPatch, ofRollout, word, detail) => {
    expect(patchVerdict(patch(ofPatch), rollout(ofRollout))).toMatchObject({ word, detail })
  })

  test('a stopped patch leaves the outer ring on what it has', () => {
    const ahead = gate({ position: 1, verdict: 'waiting', due: 60 })
    expect(aheadWords(ahead, patch({ isStopped: true }), next, rollout()).lines).toEqual([
      'Stopped. 60 devices',
      'keep 1.0',
    ])
    expect(aheadWords(ahead, patch(), next, rollout()).lines).toEqual(['60 devices', 'after the gate of Test'])
  })
})

describe('what happened on a device', () => {
  const item = (over: Partial<DeviceItem> = {}): DeviceItem => ({
    patchId: 'p',
    name: 'lab-svc',
    fromVersion: '1.0',
    toVersion: '2.0',
    state: 'proved',
    isFailureCounted: false,
    reason: '',
    stateAt: at(0),
    ...over,
  })
  const row = (items: DeviceItem[], over: Partial<DeviceRow> = {}): DeviceRow => ({
    id: 'd',
    hostName: 'a1',
    site: 'Office',
    timeZone: 'Europe/Berlin',
    status: 'active',
    seenAt: at(-600),
    isRebootPending: false,
    position: 0,
    items,
    ...over,
  })
  const text = (value: DeviceRow) => whatHappened(value, 'Europe/Berlin', asOf).text

  test('the worst comes first, with its reason', () => {
    const failed = item({ state: 'rolled-back', isFailureCounted: true, reason: 'postinst failed' })
    expect(text(row([item({ name: 'lab-lib' }), failed]))).toBe(
      'lab-svc failed: postinst failed; 1.0 read back today 11:00',
    )
    expect(text(row([failed]))).toBe('Failed: postinst failed; 1.0 read back today 11:00')
    expect(text(row([item()]))).toBe('2.0 proved today 11:00')
  })
  test('of a long reason, what the package itself said', () => {
    const reason = 'installed lab-svc package post-installation script returned 1; it said: no such column'
    expect(text(row([item({ state: 'failed', reason })]))).toBe('Failed today 11:00: no such column')
  })
  test('a silent device says since when, and that its rollback waits', () => {
    const away = { status: 'silent' as const }
    expect(text(row([item({ state: 'ordered' })], away))).toBe('Silent since today 10:50')
    expect(text(row([item({ state: 'rolling-back' })], away))).toBe(
      'Silent since today 10:50. Rollback runs when it is back',
    )
    expect(text(row([item()], away)), 'what it proved stays proved').toBe('2.0 proved today 11:00')
  })
})
