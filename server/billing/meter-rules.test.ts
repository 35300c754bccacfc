import { describe, expect, test } from 'vitest'
import { boundsOfMonth, daysToSend, endOfDay, meterIdentifier, numberAfter } from './meter-rules.ts'

const at = (moment: string) => new Date(`${moment}Z`)

describe('after which days the meter is told', () => {
  const startedAt = at('2027-01-20T09:00:00')
  test.each<[string, string, Date | null, string[]]>([
    ['yesterday, and once more the end of the month before', '2027-03-10T00:20:00', null, ['2027-02-28', '2027-03-09']],
    ['the first night of a month: its last day is yesterday', '2027-03-01T00:20:00', null, ['2027-02-28']],
    ['right after midnight the day may still be counted', '2027-03-10T00:09:59', null, ['2027-02-28', '2027-03-08']],
    ['a leap day', '2028-03-01T00:20:00', null, ['2028-02-29']],
    ['nothing before it began', '2027-01-20T23:00:00', null, []],
    ['the day on which it began', '2027-01-21T00:20:00', null, ['2027-01-20']],
    ['the last day of a subscription that has ended', '2027-03-01T00:20:00', at('2027-03-01T00:00:00'), ['2027-02-28']],
    ['and none after it', '2027-03-10T00:20:00', at('2027-03-01T00:00:00'), ['2027-02-28']],
  ])('%s', (_, now, cancelAt, days) => {
    expect(daysToSend({ startedAt, cancelAt }, at(now))).toEqual(days)
  })

  test('what was told is not told again', () => {
    const told = new Set(['2027-02-28'])
    expect(daysToSend({ startedAt, cancelAt: null }, at('2027-03-10T00:20:00'), told)).toEqual(['2027-03-09'])
  })

  test('who comes back right after the end owes the last number of the month before, and nothing of a month that nobody paid for', () => {
    const back = { startedAt: at('2027-03-01T00:05:00'), cancelAt: null }
    const now = at('2027-03-01T00:20:00')
    expect(daysToSend(back, now, new Set(['2027-02-27']))).toEqual(['2027-02-28'])
    expect(daysToSend(back, now, new Set(['2027-01-31']))).toEqual([])
    expect(daysToSend(back, now, new Set(['2027-02-27', '2027-02-28']))).toEqual([])
  })
})

test('the number after a day knows nothing of later days, nor of other months', () => {
  const counted = [
    { day: '2027-02-28', peak: 90 },
    { day: '2027-03-01', peak: 30 },
    { day: '2027-03-02', peak: 40 },
    { day: '2027-03-03', peak: 50 },
  ]
  const trialEndsAt = at('2027-02-28T23:59:59')
  expect(numberAfter('2027-03-02', counted, trialEndsAt)).toBe(40)
  expect(numberAfter('2027-04-30', counted, trialEndsAt), 'no day of it was counted').toBeNull()
  expect(numberAfter('2027-02-28', counted, trialEndsAt), 'the trial ends in it').toBe(0)
})

test('what is told belongs to the month it tells of, under one name', () => {
  const { from, to } = boundsOfMonth('2027-12')
  expect([from, to]).toEqual([at('2027-12-01T00:00:00'), at('2028-01-01T00:00:00')])
  expect(endOfDay('2027-12-31')).toEqual(at('2027-12-31T23:59:59'))
  expect(meterIdentifier('m', '2027-12-31')).toBe('m:2027-12:2027-12-31')
})
