import { describe, expect, test } from 'vitest'
import { findFault, type OrderFacts } from './check-order.ts'

const id = (n: number) => `0198c0de-0000-7000-8000-00000000000${n}`
const key = 'a'.repeat(64)
const planned = {
  patchId: id(5),
  setKey: key,
  name: 'lab-svc',
  fromVersion: '1.0',
  toVersion: '2.0',
  architecture: 'amd64',
  sha256: 'b'.repeat(64),
  predecessorSha256: 'c'.repeat(64),
  manager: 'apt',
}
const facts: OrderFacts = {
  rolloutId: id(4),
  patchIds: [id(5)],
  planned: [planned],
  isRingOpen: true,
  isInstallKnown: true,
}
const update = {
  manager: 'apt',
  name: 'lab-svc',
  version: '2.0',
  architecture: 'amd64',
  sha256: 'b'.repeat(64),
  fromVersion: '1.0',
}
const undo = {
  manager: 'apt',
  name: 'lab-svc',
  fromVersion: '2.0',
  toVersion: '1.0',
  architecture: 'amd64',
  sha256: 'c'.repeat(64),
}
const healthPlan = { probes: [], tries: 3, pauseMs: 1_000, watch: null }
const base = {
  v: 1,
  orderId: id(1),
  mspId: id(2),
  deviceId: id(3),
  seq: 1,
  issuedAt: '2026-11-22T10:00:00.000Z',
  notBefore: '2026-11-22T10:00:00.000Z',
  notAfter: '2026-12-22T10:00:00.000Z',
  supersedes: [],
}
const set = { key, updates: [update], undoClass: 'kept', undo: [undo] }
const stage = { ...base, verb: 'stage', sets: [set] }
const install = {
  ...base,
  verb: 'install',
  sets: [set],
  preconditions: { minFreeBytes: 0 },
  healthPlan,
  rebootRule: 'never',
  mayStartOffline: false,
}
const rollback = { ...base, verb: 'rollback', installOrderId: id(6), sets: [{ key, undo: [undo] }], healthPlan }
const scan = { ...base, verb: 'scan' }
const ofScan: OrderFacts = {
  ...facts,
  rolloutId: null,
  patchIds: [],
  planned: [],
  isRingOpen: false,
  isInstallKnown: false,
}

describe('signed', () => {
  test.each([
    ['a stage, before its ring opens', stage, { ...facts, isRingOpen: false }],
    ['an install', install, facts],
    ['a rollback', rollback, facts],
    [
      'a rollback of what no order is known for',
      { ...rollback, installOrderId: null },
      { ...facts, isInstallKnown: false },
    ],
    ['a scan', scan, ofScan],
  ])('%s', (_, order, given) => {
    expect(findFault(order, given)).toBe('')
  })
})

describe('not signed: what a device would not read', () => {
  test.each([
    ['a verb there is not', { ...scan, verb: 'run' }],
    ['a command hidden in a scan', { ...scan, command: 'rm' }],
    [
      'a way up and out of a probe',
      { ...install, healthPlan: { ...healthPlan, probes: [{ kind: 'file', name: 'x', path: '../etc/shadow' }] } },
    ],
    ['a restart', { ...install, rebootRule: 'now' }],
    ['no sets', { ...install, sets: [] }],
  ])('%s', (_, order) => {
    expect(findFault(order, facts)).toMatch(/^not as agreed: /)
  })
})

describe('not signed: what the plan of the device does not hold', () => {
  const withUpdate = (change: object) => ({ ...install, sets: [{ ...set, updates: [{ ...update, ...change }] }] })
  const withUndo = (change: object) => ({ ...install, sets: [{ ...set, undo: [{ ...undo, ...change }] }] })
  const stranger = 'is not in the plan of this device'
  test.each([
    ['another package', withUpdate({ name: 'sshd' }), facts, stranger],
    ['another version', withUpdate({ version: '6.6.6' }), facts, stranger],
    ['another file of that version', withUpdate({ sha256: 'd'.repeat(64) }), facts, stranger],
    ['that version without its hash', withUpdate({ sha256: null }), facts, stranger],
    ['another start', withUpdate({ fromVersion: null }), facts, stranger],
    ['another architecture', withUpdate({ architecture: 'i386' }), facts, stranger],
    ['another set', { ...install, sets: [{ ...set, key: 'e'.repeat(64) }] }, facts, stranger],
    [
      'one package more',
      { ...stage, sets: [{ ...set, updates: [update, { ...update, name: 'sshd' }] }] },
      facts,
      stranger,
    ],
    ['an undo to another version', withUndo({ toVersion: '0.1' }), facts, stranger],
    ['an undo that takes a package away', withUndo({ toVersion: null }), facts, stranger],
    [
      'a rollback to another version',
      { ...rollback, sets: [{ key, undo: [{ ...undo, toVersion: '0.1' }] }] },
      facts,
      stranger,
    ],
    [
      'a rollback with a file of its own',
      { ...rollback, sets: [{ key, undo: [{ ...undo, sha256: null }] }] },
      facts,
      stranger,
    ],
    ['what no device reported', install, { ...facts, planned: [{ ...planned, manager: null }] }, stranger],
    ['a package of another manager', install, { ...facts, planned: [{ ...planned, manager: 'dnf' }] }, stranger],
    ['anything, without a plan', install, { ...facts, planned: [] }, stranger],
    ['an install before its ring opens', install, { ...facts, isRingOpen: false }, 'its ring is not open'],
    ['a patch beside it that it does not hold', install, { ...facts, patchIds: [id(5), id(7)] }, 'names a patch'],
    ['a rollback of somebody else’s install', rollback, { ...facts, isInstallKnown: false }, 'did not get'],
    ['a scan that names a rollout', scan, { ...ofScan, rolloutId: id(4) }, 'names no rollout'],
    ['a scan that ends other orders', { ...scan, supersedes: [id(8)] }, ofScan, 'no other order'],
    ['a cancel, which nobody asks for', { ...base, verb: 'cancel' }, facts, 'nobody asks'],
    ['a healthcheck, which nobody asks for', { ...base, verb: 'healthcheck', healthPlan }, facts, 'nobody asks'],
  ])('%s', (_, order, given, why) => {
    expect(findFault(order, given)).toContain(why)
  })
})
