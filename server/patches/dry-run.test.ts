import { expect, test } from 'vitest'
import { type DecisionFact, decide, type HoldFact } from '../approvals/rules.ts'
import { standardPolicy } from '../policies/rules.ts'
import type { Policy } from '../policies/schema.ts'
import type { Candidate } from '../rollouts/find-candidates.ts'
import { dryRunClient, type LackingDevice } from './dry-run.ts'
import { sumDryRuns } from './rules.ts'

/** A Tuesday in September: windows of the standard are Mon to Thu 22:00 (Test, Early) and Thu 02:00 (Production). */
const now = new Date('2024-09-17T08:00:00Z')
const zone = 'Europe/London'
const released = new Date('2024-09-10T08:00:00Z')
const patch = { id: 'p', classification: 'security', severity: 'critical', releasedAt: released, firstSeenAt: released }
/** Fourteen days after its release. */
const dueAt = new Date('2024-09-24T08:00:00Z')
const nothingTested = {
  passed: new Set(''),
  underTest: new Set(''),
  testPackages: new Set(''),
  testVersions: new Set(''),
}
const approve: DecisionFact = { scope: 'client', kind: 'approve', by: 'Ada', at: now, until: null, reason: '' }
const hold: HoldFact = { scope: 'client', source: 'person', setBy: 'Ada', setAt: now, reason: 'no' }

interface Facts {
  tags?: string[]
  undoClass?: Candidate['undoClass']
  isClaimed?: boolean
  hasFailedBefore?: boolean
  decisions?: DecisionFact[]
  holds?: HoldFact[]
  /** Decision of a patch in the same set. */
  partner?: DecisionFact[]
}

function device(id: string, facts: Facts = {}): LackingDevice {
  const { undoClass = 'kept', decisions = [approve], holds = [] } = facts
  const candidate = (patchId: string, made: DecisionFact[], held: HoldFact[]): Candidate => ({
    deviceId: id,
    patchId,
    packageName: patchId,
    version: '2',
    architecture: 'all',
    fromVersion: '1',
    sha256: null,
    predecessorSha256: null,
    setKey: `set of ${id}`,
    undoClass,
    foundAt: now,
    releasedAt: released,
    firstSeenAt: released,
    hasFailedBefore: patchId === 'p' && (facts.hasFailedBefore ?? false),
    decision: decide({ patch, undoClass, holds: held, exceptions: [], consent: null, decisions: made, rules: [], now }),
  })
  return {
    deviceId: id,
    hostName: id.toUpperCase(),
    tags: facts.tags ?? [],
    isClaimed: facts.isClaimed ?? false,
    set: [candidate('p', decisions, holds), ...(facts.partner ? [candidate('other', facts.partner, [])] : [])],
  }
}

const test1 = device('t1', { tags: ['test'] })
const dryRun = (devices: LackingDevice[], changes: { policy?: Partial<Policy>; testDevices?: string[] } = {}) =>
  dryRunClient({
    policy: { ...standardPolicy, ...changes.policy },
    zone,
    patch,
    dueAt,
    devices,
    testDevices: (changes.testDevices ?? ['t1']).map((id) => ({ id, tags: ['test'] })),
    tested: nothingTested,
    now,
  })

/** Hash places `e…` in the Early ring of 15 %, `p…` in Production. */
const early = 'e13'
const production = ['p1', 'p2']

test('rings, when each opens by window, deferral and working soak, and that a small test ring asks a person', () => {
  const run = dryRun([test1, device(early), ...production.map((id) => device(id))])
  expect(run.devices).toBe(run.rings.reduce((sum, ring) => sum + ring.devices, 0))
  expect(run.devices).toBe(4)
  const [first, ...outer] = run.rings
  // Tonight 22:00 in London, then 20 working hours: Wed and Thu 08:00 to 18:00.
  expect(first).toMatchObject({ name: 'Test', devices: 1, asksPersonAt: 1, opensAt: new Date('2024-09-17T21:00:00Z') })
  // The soak ends Thu 18:00: the next Early window is Thu 22:00; its own soak ends on Monday, so Production opens on Thu 26.
  expect(outer.map((ring) => [ring.name, ring.devices, ring.opensAt])).toEqual([
    ['Early', 1, new Date('2024-09-19T21:00:00Z')],
    ['Production', 2, new Date('2024-09-26T01:00:00Z')],
  ])
  expect(outer.every((ring) => ring.asksPersonAt === 0)).toBe(true)
  // Due 14 days after release, Tue 24 Sep: Production comes after it.
  expect(run.late).toBe(outer.at(-1)?.devices)
})

test.each<[string, Facts, string]>([
  ['held', { holds: [hold] }, 'held'],
  ['rejected for all clients', { decisions: [approve, { ...approve, kind: 'reject', scope: 'msp' }] }, 'rejected'],
  ['deferred for all clients', { decisions: [approve, { ...approve, kind: 'defer', scope: 'msp' }] }, 'deferred'],
  ['in a rollout under way', { isClaimed: true }, 'in-rollout'],
  ['failed on it before', { hasFailedBefore: true }, 'failed-before'],
  ['its set holds a patch nobody approved', { partner: [] }, 'set-waits'],
])('left out: %s', (_, facts, reason) => {
  const run = dryRun([test1, device('p1', facts)])
  expect(run.leftOut).toEqual({ [reason]: 1 })
  expect(run.devices).toBe(1)
})

test('a set whose members are all approved goes in, and counts the device once', () => {
  const run = dryRun([test1, device('p1', { partner: [approve] })])
  expect([run.devices, run.leftOut]).toEqual([2, {}])
})

test('without a test device nothing starts, and every device says so', () => {
  const run = dryRun([device('p1'), device('p2')], { testDevices: [] })
  expect(run).toMatchObject({ devices: 0, clients: 0, rings: [], leftOut: { 'no-test-device': 2 } })
})

test('what a test device could try and has not waits for it', () => {
  const run = dryRunClient({
    policy: standardPolicy,
    zone,
    patch,
    dueAt,
    devices: [device('p1')],
    testDevices: [{ id: 't1', tags: ['test'] }],
    tested: { ...nothingTested, testPackages: new Set(['p']) },
    now,
  })
  expect(run).toMatchObject({ devices: 0, leftOut: { untested: 1 } })
})

test('undo classes of those that get it, and the names of those that cannot go back', () => {
  const run = dryRun([
    test1,
    device('p1', { undoClass: 'none' }),
    device('p2', { undoClass: 'fetchable' }),
    device('p3', { undoClass: 'none', holds: [hold] }),
  ])
  expect(run.undo).toEqual({ kept: 1, fetchable: 1, snapshot: 0, none: 1 })
  expect(run.notUndoable).toEqual(['P1'])
})

test('a window that is always open and no working hours: now, and the next ring after the soak', () => {
  const rings = standardPolicy.rings.map((ring) => ({
    ...ring,
    deferralMs: 0,
    soakMs: 30_000,
    window: { kind: 'always' as const },
  }))
  const run = dryRun([test1, device('p1')], { policy: { rings, workingHours: null, isLab: true } })
  expect(run.rings.map((ring) => ring.opensAt?.getTime())).toEqual([now.getTime(), now.getTime() + 30_000])
  expect(run.late).toBe(0)
})

test('a rollout that a person starts has no times', () => {
  const run = dryRun([test1, device('p1')], { policy: { startRule: { kind: 'by-hand' } } })
  expect(run.rings.map((ring) => ring.opensAt)).toEqual([null, null])
  expect(run.startsByHand).toBe(1)
})

test('a weekly start comes before the first window', () => {
  const run = dryRun([test1], { policy: { startRule: { kind: 'weekly', day: 'WE', at: '09:00' } } })
  expect(run.rings[0]?.opensAt).toEqual(new Date('2024-09-18T21:00:00Z'))
})

test('clients add up: same rings in one row with the earliest and the latest opening, reasons and undo summed', () => {
  const one = dryRun([test1, device('p1'), device('p2', { holds: [hold] })])
  const other = dryRunClient({
    policy: { ...standardPolicy, startRule: { kind: 'weekly', day: 'TH', at: '09:00' } },
    zone,
    patch,
    dueAt,
    devices: [test1, device('p3', { holds: [hold] })],
    testDevices: [{ id: 't1', tags: ['test'] }],
    tested: nothingTested,
    now,
  })
  const sum = sumDryRuns([one, other])
  expect(sum).toMatchObject({ devices: 3, clients: 2, leftOut: { held: 2 } })
  expect(sum.rings.map((ring) => [ring.name, ring.devices])).toEqual([
    ['Test', 2],
    [one.rings.at(-1)?.name, 1],
  ])
  expect(sum.rings[0]).toMatchObject({
    opensAt: new Date('2024-09-17T21:00:00Z'),
    opensAtLatest: new Date('2024-09-19T21:00:00Z'),
    asksPersonAt: 2,
  })
  // The parts are untouched.
  expect(one.rings[0]?.devices).toBe(1)
  expect(sumDryRuns([])).toMatchObject({ devices: 0, rings: [], leftOut: {} })
})

test('a ring that only the second client has stands where its policy has it', () => {
  const one = dryRun([test1, device('p1')])
  const other = dryRun([test1, device(early), device('p1')])
  for (const runs of [
    [one, other],
    [other, one],
  ])
    expect(sumDryRuns(runs).rings.map((ring) => ring.name)).toEqual(['Test', 'Early', 'Production'])
})
