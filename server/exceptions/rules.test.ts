import { describe, expect, test } from 'vitest'
import {
  dayAt,
  type ExceptionFacts,
  endOfDay,
  exceptionCan,
  isEnding,
  judgeLastDay,
  latestDay,
  sayReach,
  stateAt,
} from './rules.ts'

const at = (text: string) => new Date(text)
const facts = (changes: Partial<ExceptionFacts> = {}): ExceptionFacts => ({
  askedFrom: 'msp',
  answer: 'accepted',
  endedAt: null,
  expiresAt: at('2027-03-04T00:00:00Z'),
  ...changes,
})

describe('the last day ends when the next begins, by the clocks of the client', () => {
  test.each([
    ['a plain day', '2027-03-03', 'Europe/London', '2027-03-04T00:00:00.000Z'],
    ['of 23 hours: clocks go ahead', '2027-03-28', 'Europe/London', '2027-03-28T23:00:00.000Z'],
    ['of 25 hours: clocks go back', '2026-10-25', 'Europe/London', '2026-10-26T00:00:00.000Z'],
    ['in the east', '2027-03-03', 'Pacific/Auckland', '2027-03-03T11:00:00.000Z'],
    ['in the west', '2027-03-03', 'America/Los_Angeles', '2027-03-04T08:00:00.000Z'],
    ['before a day that begins at one', '2018-11-03', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['the leap day', '2028-02-29', 'Europe/Berlin', '2028-02-29T23:00:00.000Z'],
    ['before the leap day', '2028-02-28', 'UTC', '2028-02-29T00:00:00.000Z'],
    ['the end of a year', '2026-12-31', 'UTC', '2027-01-01T00:00:00.000Z'],
  ])('%s', (_name, day, zone, end) => expect(endOfDay(day, zone).toISOString()).toBe(end))

  test('today is the day there, not here', () => {
    expect(dayAt(at('2026-11-23T12:30:00Z'), 'Pacific/Auckland')).toBe('2026-11-24')
    expect(dayAt(at('2026-11-23T02:30:00Z'), 'America/Los_Angeles')).toBe('2026-11-22')
  })
})

describe('how far ahead', () => {
  test.each([
    ['yesterday', '2026-11-22', '2026-11-23', false],
    ['today', '2026-11-23', '2026-11-23', true],
    ['a year on', '2027-11-23', '2026-11-23', true],
    ['a day more', '2027-11-24', '2026-11-23', false],
    ['from the leap day to the 28th', '2029-02-28', '2028-02-29', true],
    ['from the leap day to March', '2029-03-01', '2028-02-29', false],
    ['on to a leap day', '2028-02-29', '2027-03-01', true],
  ])('%s', (_name, lastDay, today, can) => expect(judgeLastDay(lastDay, today).can).toBe(can))

  test('is a year of the calendar', () => expect(latestDay('2027-02-28')).toBe('2028-02-28'))
})

describe('the state follows from what people did and from the time', () => {
  const end = facts().expiresAt
  const before = new Date(end.getTime() - 1)
  test.each([
    ['nobody answered', { answer: null }, before, 'asked'],
    ['nobody answered until the end', { answer: null }, end, 'expired'],
    ['agreed on, in its last millisecond', {}, before, 'in-force'],
    ['agreed on, the day is over', {}, end, 'expired'],
    ['refused, for ever', { answer: 'refused' }, end, 'refused'],
    ['ended early', { endedAt: at('2027-01-01T00:00:00Z') }, before, 'ended'],
    ['and still ended when the day is over', { endedAt: at('2027-01-01T00:00:00Z') }, end, 'ended'],
    [
      'looked at as of before it was ended',
      { endedAt: at('2027-01-01T00:00:00Z') },
      at('2026-12-31T00:00:00Z'),
      'in-force',
    ],
    ['taken back unanswered', { answer: null, endedAt: at('2027-01-01T00:00:00Z') }, before, 'ended'],
  ] as const)('%s', (_name, changes, now, state) => expect(stateAt(facts(changes), now)).toBe(state))

  test('warns from two weeks before, while it is in force', () => {
    const days = (count: number) => new Date(end.getTime() - count * 86_400_000)
    expect([15, 14, 1, 0].map((count) => isEnding(facts(), days(count)))).toEqual([false, true, true, false])
    expect(isEnding(facts({ answer: null }), days(1))).toBe(false)
  })
})

describe('who may', () => {
  const now = at('2027-01-01T00:00:00Z')
  test.each([
    ['the client signs off what the MSP asked', 'msp', 'client', true],
    ['the MSP accepts what the client asked', 'client', 'msp', true],
    ['nobody of the MSP agrees with the MSP', 'msp', 'msp', false],
    ['nor of the client with the client', 'client', 'client', false],
  ] as const)('%s', (_name, askedFrom, side, can) =>
    expect(exceptionCan.answer(facts({ answer: null, askedFrom }), side, now).can).toBe(can),
  )
  test('an answer is final, and what is over stays so', () => {
    expect(exceptionCan.answer(facts(), 'client', now)).toEqual({ can: false, reason: 'It is agreed on already.' })
    expect(exceptionCan.answer(facts({ answer: null, expiresAt: now }), 'client', now).can).toBe(false)
    for (const over of [{ answer: 'refused' }, { endedAt: now }, { expiresAt: now }] as const)
      expect(exceptionCan.end(facts(over), now).can).toBe(false)
    expect(exceptionCan.end(facts({ answer: null }), now).can).toBe(true)
  })
})

test('a reach in words', () => {
  expect(sayReach({ hostName: null, tag: null })).toBe('all computers')
  expect(sayReach({ hostName: null, tag: 'till' })).toBe('computers with the tag till')
  expect(sayReach({ hostName: 'ws-12', tag: null })).toBe('ws-12')
})
