import { describe, expect, test } from 'vitest'
import {
  formatAge,
  formatAgo,
  formatBytes,
  formatCount,
  formatDate,
  formatDateTime,
  formatDay,
  formatDue,
  formatDuration,
  formatFullDateTime,
  formatList,
  formatMonth,
  formatOf,
  formatPercent,
  formatShare,
  formatSpelled,
  formatTime,
  formatTimeWithSeconds,
  formatUntil,
  formatWorkingDuration,
  localDayNumber,
  plural,
  pluralWord,
  startOfLocalDay,
  zoneOffset,
} from './format.ts'

const london = 'Europe/London'
const now = new Date('2024-09-17T08:12:00Z') // Tuesday 09:12 in London
const minutes = (count: number) => count * 60_000
const hours = (count: number) => count * 3_600_000

describe('dates', () => {
  test.each([
    ['2024-09-18T13:00:00Z', 'tomorrow 14:00'],
    ['2024-09-19T01:00:00Z', 'Thu 19 Sep 02:00'],
    ['2024-09-17T14:30:00Z', 'today 15:30'],
    ['2024-09-17T21:00:00Z', 'tonight 22:00'],
    ['2024-09-16T22:51:00Z', 'yesterday 23:51'],
    ['2024-09-16T23:04:00Z', 'today 00:04'],
    ['2025-01-02T10:00:00Z', 'Thu 2 Jan 2025 10:00'],
  ])('%s reads %s', (at, words) => {
    expect(formatDateTime(new Date(at), london, now)).toBe(words)
  })

  test('tonight is only what is to come', () => {
    const late = new Date('2024-09-17T22:00:00Z')
    expect(formatDateTime(new Date('2024-09-17T19:00:00Z'), london, late)).toBe('today 20:00')
  })

  test('a device speaks in its own zone', () => {
    const at = new Date('2024-09-17T21:00:00Z')
    expect(formatDateTime(at, 'Asia/Tokyo', now)).toBe('tomorrow 06:00')
    expect(formatTime(at, 'America/New_York')).toBe('17:00')
  })

  test('midnight is 00:00, not 24:00', () => {
    expect(formatTimeWithSeconds(new Date('2024-09-16T23:00:07Z'), london)).toBe('00:00:07')
  })

  test('days and full dates', () => {
    expect(formatDay(now, london, now)).toBe('Tuesday 17 September')
    expect(formatDate(now, london, new Date('2025-01-01T12:00:00Z'))).toBe('Tue 17 Sep 2024')
    expect(formatFullDateTime(now, london, now)).toBe('Tue 17 Sep 09:12')
  })

  test('the night the clocks go back is one day long for the calendar', () => {
    const before = new Date('2024-10-26T22:30:00Z') // Sat 23:30 summer time
    const after = new Date('2024-10-27T23:30:00Z') // Sun 23:30 winter time, 25 h later
    expect(localDayNumber(after, london) - localDayNumber(before, london)).toBe(1)
  })
})

describe('local days', () => {
  const iso = (ms: number) => new Date(ms).toISOString()

  test('midnight before and after the clocks change', () => {
    const saturday = new Date('2024-10-26T12:00:00Z')
    expect(iso(startOfLocalDay(saturday, london))).toBe('2024-10-25T23:00:00.000Z')
    expect(iso(startOfLocalDay(saturday, london, 1))).toBe('2024-10-26T23:00:00.000Z')
    expect(iso(startOfLocalDay(saturday, london, 2))).toBe('2024-10-28T00:00:00.000Z')
  })

  test('zones far from Greenwich', () => {
    expect(iso(startOfLocalDay(now, 'Pacific/Auckland'))).toBe('2024-09-16T12:00:00.000Z')
    expect(zoneOffset(now, 'Asia/Kolkata')).toBe(5.5 * 3_600_000)
    expect(zoneOffset(now, 'America/New_York')).toBe(-4 * 3_600_000)
  })
})

describe('ages, durations, due dates', () => {
  test.each([
    [30_000, 'now'],
    [-5_000, 'now'],
    [minutes(2), '2 min'],
    [hours(7.9), '7 h'],
    [hours(24), '1 day'],
    [hours(96), '4 days'],
  ])('%d ms ago reads %s', (ageMs, words) => {
    expect(formatAge(now.getTime() - ageMs, now)).toBe(words)
  })

  test.each([
    [30_000, 'just now'],
    [minutes(2), '2 min ago'],
    [hours(73), '3 days ago'],
  ])('an age of %d ms within a sentence: %s', (ageMs, words) => {
    expect(formatAgo(now.getTime() - ageMs, now)).toBe(words)
  })

  test.each([
    [hours(14) + minutes(48), '14 h 48 m'],
    [hours(16), '16 h'],
    [minutes(48), '48 m'],
    [minutes(2) + 5_000, '2 m 5 s'],
    [35_900, '35 s'],
    [hours(41), '1 d 17 h'],
    [-1, '0 s'],
  ])('%d ms lasts %s', (durationMs, words) => {
    expect(formatDuration(durationMs)).toBe(words)
  })

  test('working time never turns into days', () => {
    expect(formatWorkingDuration(hours(30))).toBe('30 h')
    expect(formatWorkingDuration(minutes(12))).toBe('12 m')
  })

  test.each([
    ['2024-09-24T12:00:00Z', 'in 7 days'],
    ['2024-09-18T00:30:00Z', 'tomorrow'],
    ['2024-09-17T22:00:00Z', 'today'],
    ['2024-09-17T07:00:00Z', 'over since today'],
    ['2024-09-16T08:00:00Z', '1 day over'],
    ['2024-08-27T08:00:00Z', '21 days over'],
  ])('due %s reads %s', (due, words) => {
    expect(formatDue(new Date(due), london, now)).toBe(words)
  })

  test('until', () => {
    expect(formatUntil(now.getTime() + hours(41), now)).toBe('in 1 d 17 h')
    expect(formatUntil(now, now)).toBe('now')
  })
})

describe('numbers', () => {
  test('counts, shares and plurals', () => {
    expect(formatCount(4812)).toBe('4,812')
    expect(formatShare(0.946)).toBe('94.6\u202f%')
    expect(formatShare(1)).toBe('100.0\u202f%')
    expect(formatPercent(80)).toBe('80\u202f%')
    expect(formatOf(13, 14)).toBe('13 of 14')
    expect(plural(1, 'device', 'devices')).toBe('1 device')
    expect(plural(0, 'device', 'devices')).toBe('0 devices')
    expect(plural(1200, 'device', 'devices')).toBe('1,200 devices')
    expect(pluralWord(2, 'device', 'devices')).toBe('devices')
  })

  test('a share below one never reads as all, one above zero never as none', () => {
    expect(formatShare(4811 / 4812)).toBe('99.9\u202f%')
    expect(formatShare(1 / 4812)).toBe('0.1\u202f%')
    expect(formatShare(0)).toBe('0.0\u202f%')
    expect(formatShare(4551 / 4812)).toBe('94.6\u202f%')
  })

  test('waiting times in words', () => {
    const hour = 3_600_000
    expect([hour / 4, 4 * hour, 7 * 24 * hour, hour, 24 * hour, 36 * hour, 60 * 24 * hour].map(formatSpelled)).toEqual([
      '15 minutes',
      'four hours',
      'seven days',
      'one hour',
      'one day',
      '36 hours',
      '60 days',
    ])
  })

  test('bytes', () => {
    expect(formatBytes(361_000_000)).toBe('361 MB')
    expect(formatBytes(1_400_000_000)).toBe('1.4 GB')
    expect(formatBytes(2_000_000)).toBe('2 MB')
    expect(formatBytes(512)).toBe('512 B')
  })

  test('lists', () => {
    expect(formatList(['Leeds'])).toBe('Leeds')
    expect(formatList(['Leeds', 'York', 'Remote'])).toBe('Leeds, York and Remote')
    expect(formatList(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c and 3 more')
    expect(formatList([])).toBe('')
  })
})

test('a month has a name, short or with its year', () => {
  expect([formatMonth('2026-10'), formatMonth('2026-10', 'long'), formatMonth('2026-10', 'short')]).toEqual([
    'October 2026',
    'October',
    'Oct',
  ])
})
