import { expect, test } from 'vitest'
import { isFreeMonth, isSubscribed, type Paying, standingOf } from './entitlement.ts'

const at = (day: string) => new Date(`${day}T12:00:00Z`)
const trialEndsAt = at('2026-06-10')
const failed = at('2026-07-01')
const plain: Paying = { trialEndsAt, status: null, pastDueSince: null, cancelAt: null }

test.each<[string, Partial<Paying>, string, ReturnType<typeof standingOf>]>([
  ['a trial runs', {}, '2026-06-10T11:59:59.999Z', { kind: 'trial', until: trialEndsAt }],
  ['it is over in its last moment', {}, '2026-06-10T12:00:00Z', { kind: 'read-only', why: 'trial-over' }],
  [
    'Checkout was begun only',
    { status: 'incomplete' },
    '2026-07-01T00:00:00Z',
    { kind: 'read-only', why: 'trial-over' },
  ],
  [
    'Checkout was begun, trial',
    { status: 'incomplete' },
    '2026-06-01T00:00:00Z',
    { kind: 'trial', until: trialEndsAt },
  ],
  ['paid for', { status: 'active' }, '2026-09-01T00:00:00Z', { kind: 'active', endsAt: null }],
  [
    'paid for, and cancelled',
    { status: 'active', cancelAt: at('2026-10-01') },
    '2026-09-01T00:00:00Z',
    { kind: 'active', endsAt: at('2026-10-01') },
  ],
  [
    'a card failed',
    { status: 'past_due', pastDueSince: failed },
    '2026-07-15T11:59:59Z',
    { kind: 'past-due', until: at('2026-07-15') },
  ],
  [
    'fourteen days ago',
    { status: 'past_due', pastDueSince: failed },
    '2026-07-15T12:00:00Z',
    { kind: 'read-only', why: 'unpaid' },
  ],
  [
    'Stripe gave up',
    { status: 'unpaid', pastDueSince: failed },
    '2026-07-20T00:00:00Z',
    { kind: 'read-only', why: 'unpaid' },
  ],
  ['cancelled and over', { status: 'canceled' }, '2026-07-01T00:00:00Z', { kind: 'read-only', why: 'cancelled' }],
  ['cancelled in the trial', { status: 'canceled' }, '2026-06-03T00:00:00Z', { kind: 'trial', until: trialEndsAt }],
  [
    'a word of Stripe’s that is new',
    { status: 'dormant' },
    '2026-07-01T00:00:00Z',
    { kind: 'read-only', why: 'cancelled' },
  ],
])('%s', (_, row, now, standing) => {
  expect(standingOf({ ...plain, ...row }, new Date(now))).toEqual(standing)
})

test('a failed payment that has no date yet is in its grace', () => {
  expect(standingOf({ ...plain, status: 'past_due' }, failed)).toMatchObject({ kind: 'past-due' })
})

test('the month of the trial’s end is free, the next is not', () => {
  expect(['2026-05', '2026-06', '2026-07', '2027-01'].map((month) => isFreeMonth(month, trialEndsAt))).toEqual([
    ...[true, true, false, false],
  ])
})

test('what Checkout would make twice', () => {
  expect([null, 'incomplete', 'active', 'past_due', 'canceled'].map(isSubscribed)).toEqual([
    ...[false, false, true, true, false],
  ])
})
