import { expect, test } from 'vitest'
import { daysOf } from '@/server/billing/month'
import {
  cancelFacts,
  dayBeginsWords,
  differenceWords,
  invoiceState,
  monthName,
  numberWords,
  standingFacts,
} from './bill-words'

const counted = (days: number, state: 'counted' | 'free') =>
  Array.from({ length: days }, (_, place) => ({ day: `2026-11-${place + 1}`, peak: 1, enrolled: 1, state }))
const missed = (...days: string[]) => days.map((day) => ({ day, state: 'missed' as const }))

test.each([
  [
    counted(4, 'counted'),
    1,
    'The busiest day so far had 1 device. From the tenth counted day on the busiest are free.',
  ],
  [
    [...counted(1, 'free'), ...counted(9, 'counted')],
    12,
    'Your busiest day is free, of 10 counted. The next had 12 devices.',
  ],
  [
    [...counted(2, 'free'), ...counted(26, 'counted'), ...missed('2026-11-07', '2026-11-08')],
    112,
    'Your 2 busiest days are free, of 28 counted. The next had 112 devices. Not counted and left out: 7 November and 8 November.',
  ],
])('%#', (days, number, words) => {
  expect(numberWords({ days, number, isFree: false })).toBe(words)
})

test.each([
  ['2026-11', 'UTC', 'Days are those of UTC.'],
  ['2026-11', 'Europe/Berlin', 'Days are those of UTC: in Europe/Berlin a day begins at 01:00.'],
  [
    '2026-03',
    'Europe/Berlin',
    'Days are those of UTC: in Europe/Berlin a day begins at 01:00, from 30 March on at 02:00.',
  ],
  [
    '2026-10',
    'Europe/London',
    'Days are those of UTC: in Europe/London a day begins at 01:00, from 26 October on at 00:00.',
  ],
  [
    '2026-11',
    'America/New_York',
    'Days are those of UTC: in America/New_York a day begins the day before at 20:00, from 2 November on at 19:00.',
  ],
  ['2026-11', 'Asia/Kathmandu', 'Days are those of UTC: in Asia/Kathmandu a day begins at 05:45.'],
])('%s in %s: %s', (month, zone, words) => {
  expect(dayBeginsWords(daysOf(month), zone)).toBe(words)
})

test('a month has its year', () => {
  expect(monthName('2026-11')).toBe('November 2026')
})

test('a meter that differs is told with both numbers', () => {
  expect(differenceWords({ month: '2026-11', ledgerDevices: 1_040, meterDevices: 1 })).toBe(
    'Stripe has another number for November 2026: 1 device instead of 1,040. Ask us before you pay it.',
  )
  expect(['draft', 'open', 'paid', 'dormant'].map(invoiceState)).toEqual([
    ...['In the making', 'To be paid', 'Paid', 'dormant'],
  ])
})

test('a cancellation says when it ends and from when on nothing can be changed, a trial that runs longer included', () => {
  const now = new Date('2027-01-22T12:00:00Z')
  const [endsAt, trialEndsAt] = [new Date('2027-02-01T00:00:00Z'), new Date('2027-02-04T12:00:00Z')]
  const told = (readOnlyFrom: Date) => cancelFacts({ endsAt, readOnlyFrom }, 'UTC', now).map(({ value }) => value)
  expect(told(endsAt).slice(0, 2)).toEqual([
    'On Mon 1 Feb. Until then you can let it go on after all.',
    'Nothing can be changed: no approval, no rollout, no new client.',
  ])
  expect(told(trialEndsAt)[1]).toBe('The trial goes on until Thu 4 Feb. After that nothing can be changed.')
})

test('a month of the trial says that nothing is taken for it', () => {
  expect(numberWords({ days: counted(4, 'counted'), number: 1, isFree: true })).toMatch(
    /^Nothing is taken for this month: the trial falls into it\. The busiest day so far had 1 device\./,
  )
})

test.each<[Parameters<typeof standingFacts>[0], string[] | null]>([
  [{ kind: 'active', endsAt: null }, null],
  [{ kind: 'trial', until: new Date(0) }, null],
  [{ kind: 'past-due', until: new Date(0) }, ['From then on', 'Everything, as soon as the open invoice is paid.']],
  [{ kind: 'read-only', why: 'unpaid' }, ['Closed', 'Everything, as soon as the open invoice is paid.']],
  [{ kind: 'read-only', why: 'cancelled' }, ['Closed', 'Everything, as soon as the company subscribes.']],
])('what %o means, from its first word to what ends it', (standing, told) => {
  const facts = standingFacts(standing)
  expect(facts && [facts[0]?.label, facts.at(-1)?.value]).toEqual(told)
})
