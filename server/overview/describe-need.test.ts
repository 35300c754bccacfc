import { describe, expect, test } from 'vitest'
import { describeNeed } from './describe-need.ts'
import { type Need, orderNeeds, overviewTitle, sumFleet } from './rules.ts'

const zone = 'Europe/London'
const now = new Date('2024-09-17T08:12:00Z')
const base = { key: 'a', isToday: true }
const client = { id: 'c1', name: 'Brightwater' }
const rollout = { id: 'r1', number: 7 }
const words = (need: Need) => describeNeed(need, zone, now)

test.each([
  [0, 0, 'Nothing needs you'],
  [1, 1, '1 thing needs you today'],
  [1, 0, '1 thing needs you, not today'],
  [7, 3, '7 things need you, 3 of them today'],
  [7, 0, '7 things need you, none of them today'],
  [2, 2, '2 things need you today'],
])('%i things, %i today', (all, today, title) => {
  expect(overviewTitle(Array.from({ length: all }, (_, index) => ({ isToday: index < today })))).toBe(title)
})

test('today comes first, then what is broken, then what only begins', () => {
  const need = (kind: 'silent' | 'past-due' | 'no-data', isToday: boolean): Need => ({
    kind,
    key: kind,
    isToday,
    devices: 1,
    clients: 1,
    client: null,
  })
  const rows = [need('silent', false), need('no-data', false), need('past-due', true)]
  expect(orderNeeds(rows).map((row) => row.kind)).toEqual(['past-due', 'no-data', 'silent'])
})

test('the fleet is the sum of its clients', () => {
  const one = { devices: 4, compliant: 2, rebootPending: 1, pastDue: 1, silent: 0, noData: 0, failed: 1 }
  expect(sumFleet([one, one])).toMatchObject({ devices: 8, compliant: 4, pastDue: 2, failed: 2 })
  expect(sumFleet([])).toMatchObject({ devices: 0 })
})

test('all changes stopped: since when, by whom, why, and what that means', () => {
  const at = new Date('2024-09-17T06:02:00Z')
  const stopped = words({ ...base, kind: 'changes-stopped', by: 'Nora Field', reason: 'a stolen session', at })
  expect(stopped).toEqual({
    mark: 'held',
    sentence: 'All changes are stopped',
    evidence:
      'Nora Field stopped them: a stolen session. No device installs, takes back or fetches anything until somebody lets changes go on.',
    reach: 'since 07:02',
    reachTone: 'warn',
    action: 'Open Company',
    target: { page: 'company' },
  })
})

test('a meter that differs: both numbers, and where they stand', () => {
  const at = new Date('2024-09-17T06:02:00Z')
  const differs = words({ ...base, kind: 'meter-differs', month: '2024-08', ledgerDevices: 40, meterDevices: 41, at })
  expect(differs).toEqual({
    mark: 'failed',
    sentence: 'Stripe has another number of devices for August 2024',
    evidence: 'Its meter has 41, the ledger 40. Ask us before the invoice is paid.',
    reach: 'since 07:02',
    reachTone: 'warn',
    action: 'Open Billing',
    target: { page: 'billing', month: '2024-08' },
  })
})

describe('a failed gate', () => {
  const failed = (takenBack: { done: number; of: number; offline: number; impossible: number }): Need => ({
    ...base,
    kind: 'failed-gate',
    patch: { id: 'p1', name: 'KB5043080' },
    client,
    rollout,
    ringName: 'Early',
    failed: 2,
    due: 14,
    takenBack,
    at: new Date('2024-09-16T23:04:00Z'),
  })
  test('says what failed, how far it is back and since when', () => {
    expect(words(failed({ done: 13, of: 14, offline: 1, impossible: 0 }))).toEqual({
      mark: 'rolled-back',
      sentence: 'KB5043080 failed the Early gate at Brightwater',
      evidence: '2 of 14 failed. Rolled back on 13 of 14; 1 is offline. Held for this client.',
      reach: 'since 00:04',
      reachTone: 'mute',
      action: 'Open R-7',
      target: { page: 'rollout', id: 'r1' },
    })
  })
  test.each([
    [{ done: 3, of: 3, offline: 0, impossible: 0 }, 'Rolled back on 3, proved by re-scan.'],
    [{ done: 1, of: 4, offline: 0, impossible: 1 }, 'Rolled back on 1 of 4; 2 under way, 1 could not be.'],
    [{ done: 0, of: 0, offline: 0, impossible: 0 }, 'It was installed nowhere.'],
  ])('%j', (takenBack, sentence) => {
    expect(words(failed(takenBack)).evidence).toContain(sentence)
  })
})

test('approvals: one patch is named, several are counted, what is over is said', () => {
  const need: Need = {
    ...base,
    kind: 'approvals',
    patches: 6,
    clients: 22,
    patch: null,
    cannotBeUndone: 2,
    oldestAt: new Date('2024-09-13T08:00:00Z'),
    firstDueAt: new Date('2024-09-24T08:00:00Z'),
  }
  expect(words(need)).toMatchObject({
    sentence: '6 patches want an approval, at 22 clients',
    evidence: '2 cannot be undone everywhere. First due Tue 24 Sep 09:00.',
    reach: 'oldest 4 days',
    action: 'Review 6',
  })
  const over = {
    ...need,
    patches: 1,
    clients: 1,
    patch: { id: 'p', name: 'lib 2.0' },
    firstDueAt: new Date('2024-09-10T08:00:00Z'),
  }
  expect(words(over)).toMatchObject({
    sentence: 'lib 2.0 wants an approval, at 1 client',
    target: { page: 'patch', id: 'p' },
  })
  expect(words(over).evidence).toContain('First was due')
})

test('devices: one is singular, one client is named and filtered to', () => {
  expect(words({ ...base, kind: 'no-data', devices: 1, clients: 1, client })).toMatchObject({
    sentence: '1 device has sent no data for more than 72 hours at Brightwater',
    action: 'See 1 without data',
    target: { page: 'devices', filter: 'no-data', client: 'c1' },
  })
  expect(words({ ...base, kind: 'silent', devices: 23, clients: 8, client: null })).toMatchObject({
    sentence: '23 devices are silent',
    reach: '8 clients',
    target: { page: 'devices', filter: 'silent', client: undefined },
  })
})

test('a missed window names the devices and what the policy does', () => {
  const { evidence, sentence } = words({
    ...base,
    kind: 'missed-window',
    rollout,
    client,
    ringName: 'Production',
    hosts: ['a', 'b'],
    devices: 5,
    away: 4,
    shutAt: new Date('2024-09-17T01:00:00Z'),
    catchesUp: 'at-once',
  })
  expect(sentence).toBe('5 devices missed the Production window at Brightwater')
  expect(evidence).toBe('a, b and 3 more. 4 were not heard from. They catch up at once by policy.')
})

test('exceptions: whose turn it is, and what ends', () => {
  const need: Need = {
    ...base,
    kind: 'exception-asked',
    patch: 'till-driver 9.9',
    client,
    askedBy: 'Mia Lane',
    reason: 'The till needs the old one',
    owner: 'Mia Lane',
    computers: 2,
    lastDay: '2024-09-30',
  }
  expect(words(need)).toMatchObject({
    sentence: 'Brightwater asks that till-driver 9.9 stays off',
    evidence: 'Mia Lane asks it for 2 computers: The till needs the old one.',
    target: { page: 'exceptions', state: 'waiting', client: 'c1' },
  })
  expect(words({ ...need, kind: 'exception-ending' })).toMatchObject({
    sentence: 'An exception ends: till-driver 9.9 at Brightwater',
    target: { page: 'exceptions', state: 'in-force', client: 'c1' },
  })
})

test('feedback: who says it, in their words', () => {
  const at = new Date('2024-09-17T07:00:00Z')
  expect(words({ ...base, kind: 'feedback', rollout, client, by: 'Mia Lane', words: 'No receipts', at })).toMatchObject(
    {
      sentence: `Brightwater says that something broke after R-${rollout.number}`,
      evidence: 'Mia Lane: No receipts.',
      target: { page: 'rollout', id: rollout.id },
    },
  )
})
