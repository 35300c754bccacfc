import { expect, test } from 'vitest'
import { isUrgent, type Standing, standingWords, wayOut } from './standing-words.ts'

const now = new Date('2026-11-23T12:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)

test.each<[Standing, string | null, boolean]>([
  [{ kind: 'unbilled' }, null, false],
  [
    { kind: 'trial', until: inDays(8) },
    'The trial runs until Tue 1 Dec: everything goes, and nothing is paid. The month in which it ends is free too.',
    false,
  ],
  [
    { kind: 'trial', until: inDays(7) },
    'The trial runs until Mon 30 Nov: everything goes, and nothing is paid. The month in which it ends is free too.',
    true,
  ],
  [{ kind: 'active', endsAt: null }, 'The company has a subscription. Each month is paid at its end.', false],
  [
    { kind: 'active', endsAt: inDays(8) },
    'Cancelled: the subscription ends on Tue 1 Dec. From then on nothing can be changed.',
    false,
  ],
  [
    { kind: 'past-due', until: inDays(3) },
    'A payment failed. Everything goes on until Thu 26 Nov; from then on nothing can be changed until it is paid.',
    true,
  ],
  [
    { kind: 'read-only', why: 'unpaid' },
    'No payment came in 14 days: nothing can be changed until the open invoice is paid.',
    true,
  ],
])('%o', (standing, words, urgent) => {
  expect(standingWords(standing, 'UTC', now)).toBe(words)
  expect(isUrgent(standing, now)).toBe(urgent)
})

test('the way out is to pay what is open, or to subscribe', () => {
  const ways = [
    { kind: 'trial', until: inDays(1) },
    { kind: 'past-due', until: inDays(1) },
    { kind: 'read-only', why: 'unpaid' },
    { kind: 'read-only', why: 'trial-over' },
    { kind: 'read-only', why: 'cancelled' },
  ] as const
  expect(ways.map(wayOut)).toEqual(['Subscribe', 'Pay', 'Pay', 'Subscribe', 'Subscribe'])
})
