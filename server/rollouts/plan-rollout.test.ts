import { describe, expect, test } from 'vitest'
import { decide } from '../approvals/rules.ts'
import { standardPolicy } from '../policies/rules.ts'
import type { Candidate, TestKnowledge } from './find-candidates.ts'
import { type PlanInput, planRollout } from './plan-rollout.ts'

const now = new Date('2026-11-20T10:00:00Z')
const untested: TestKnowledge = {
  passed: new Set(),
  underTest: new Set(),
  testPackages: new Set(['lab-svc']),
  testVersions: new Set(),
}
const decision = (isApproved: boolean) =>
  decide({
    patch: { classification: 'security', severity: 'unknown', releasedAt: null, firstSeenAt: now },
    undoClass: 'kept',
    holds: [],
    exceptions: [],
    consent: null,
    decisions: isApproved ? [{ kind: 'approve', scope: 'msp', by: 'Nora', at: now, until: null, reason: '' }] : [],
    rules: [],
    now,
  })
const missing = (deviceId: string, over: Partial<Candidate> = {}): Candidate => ({
  deviceId,
  patchId: 'svc-2',
  packageName: 'lab-svc',
  version: '2.0',
  architecture: 'all',
  fromVersion: '1.0',
  sha256: null,
  predecessorSha256: null,
  setKey: 'set-svc',
  undoClass: 'kept',
  foundAt: now,
  releasedAt: null,
  firstSeenAt: now,
  hasFailedBefore: false,
  decision: decision(true),
  ...over,
})
const [test1, production] = [
  { id: 'device-test', tags: ['test'] },
  { id: 'device-production', tags: [] },
]
const plan = (over: Partial<PlanInput>) =>
  planRollout({
    policy: standardPolicy,
    fleet: [test1, production],
    candidates: [],
    tested: untested,
    patchIds: [],
    now,
    ...over,
  })

test('without a test device nothing starts, and it says so', () => {
  expect(plan({ fleet: [production], candidates: [missing(production.id)] })).toEqual({
    isPossible: false,
    reason: 'Choose at least one test device.',
  })
})

test('rings without a device for this plan are left out', () => {
  const answer = plan({ candidates: [missing(test1.id)] })
  expect(answer.isPossible && answer.plan.rings.map((ring) => ring.state)).toEqual(['waiting', 'left-out', 'left-out'])
})

test('an update set goes whole or not at all', () => {
  const other = { patchId: 'base-2', packageName: 'lab-base', decision: decision(false) }
  expect(plan({ candidates: [missing(test1.id), missing(test1.id, other)] }).isPossible).toBe(false)
})

describe('a production device that reports late', () => {
  const late = [missing(production.id)]
  test('does not slip past the test ring', () => {
    expect(plan({ candidates: late }).isPossible).toBe(false)
  })
  test('waits while another rollout still tries the patch, even if a test device has it already', () => {
    const tested = { ...untested, underTest: new Set(['svc-2']), testVersions: new Set(['lab-svc=2.0']) }
    expect(plan({ candidates: late, tested }).isPossible).toBe(false)
  })
  test('joins once the patch passed here, or a test device runs it, or none has the package', () => {
    for (const tested of [
      { ...untested, passed: new Set(['svc-2']) },
      { ...untested, testVersions: new Set(['lab-svc=2.0']) },
      { ...untested, testPackages: new Set<string>() },
    ])
      expect(plan({ candidates: late, tested }).isPossible).toBe(true)
  })
})

describe('deferral', () => {
  const hourMs = 3_600_000
  const notBefore = (candidates: Candidate[]) => {
    const answer = plan({ candidates, tested: { ...untested, passed: new Set(['svc-2', 'base-2']) } })
    return answer.isPossible ? answer.plan.rings.map((ring) => ring.notBefore.getTime() - now.getTime()) : []
  }
  const old = new Date(now.getTime() - 30 * 24 * hourMs)
  test('a ring waits for the newest of its patches: one from today does not slip through with one that is a month old', () => {
    const other = { patchId: 'base-2', packageName: 'lab-base', setKey: 'set-base', releasedAt: old }
    expect(notBefore([missing(production.id), missing(production.id, other)])).toEqual([0, 0, 6 * 24 * hourMs])
  })
  test('it counts from the release, else from first sight, and never holds a ring without such a patch', () => {
    expect(notBefore([missing(test1.id), missing(production.id, { releasedAt: old })])).toEqual([0, 0, 0])
    const dayAgo = new Date(now.getTime() - 24 * hourMs)
    expect(notBefore([missing(production.id, { firstSeenAt: dayAgo })])).toEqual([0, 0, 5 * 24 * hourMs])
  })
})

test('what failed on a device before is tried again only by name', () => {
  const candidates = [missing(test1.id, { hasFailedBefore: true })]
  expect(plan({ candidates }).isPossible).toBe(false)
  expect(plan({ candidates, patchIds: ['svc-2'] }).isPossible).toBe(true)
})

test('the first ring that has devices for a patch is its test: one proof, no failure', () => {
  const answer = plan({ candidates: [missing(production.id)], tested: { ...untested, passed: new Set(['svc-2']) } })
  const gates = answer.isPossible ? answer.plan.gates.filter((gate) => gate.due > 0) : []
  expect(gates).toMatchObject([{ provedNeeded: 1, failureLimit: 0 }])
})
