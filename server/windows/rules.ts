import { Temporal } from 'temporal-polyfill'
import type { Weekday, WindowRule, WorkingHours } from '../policies/schema.ts'

/** One opening of a maintenance window. Nothing starts after `lastStartAt` (cut-off). */
export interface WindowInstance {
  opensAt: Date
  closesAt: Date
  lastStartAt: Date
}

const dayNumbers: Record<Weekday, number> = { MO: 1, TU: 2, WE: 3, TH: 4, FR: 5, SA: 6, SU: 7 }
/** The window that never shuts, as one row (PostgreSQL and JavaScript both hold it). */
export const alwaysOpen = { opensAt: new Date('2000-01-01T00:00:00Z'), closesAt: new Date('2200-01-01T00:00:00Z') }

/**
 * The instant of a wall-clock time in a known zone. A time inside a missing hour (spring) moves to the next valid minute;
 * one in a doubled hour (autumn) is its first occurrence. Rule: DESIGN "Windows".
 */
export function instantOf(date: Temporal.PlainDate, clock: string, zone: string): number {
  const wall = date.toPlainDateTime(Temporal.PlainTime.from(clock))
  const earlier = wall.toZonedDateTime(zone, { disambiguation: 'earlier' })
  if (earlier.toPlainDateTime().equals(wall)) return earlier.epochMilliseconds
  const change = earlier.getTimeZoneTransition('next')
  return (change ?? earlier).epochMilliseconds
}

/** Openings whose close lies after `from` and whose opening lies before `to`, in order. `cutOffMs` is taken off the end. */
export function expandWindow(
  rule: WindowRule,
  deviceZone: string,
  from: Date,
  to: Date,
  cutOffMs: number,
): WindowInstance[] {
  if (rule.kind === 'always') return [{ ...alwaysOpen, lastStartAt: alwaysOpen.closesAt }]
  const zone = rule.zone === 'device' ? deviceZone : rule.zone
  const days = new Set(rule.days.map((day) => dayNumbers[day]))
  const found: WindowInstance[] = []
  // A window that opened the day before may still be open.
  let date = Temporal.Instant.fromEpochMilliseconds(from.getTime() - rule.durationMs)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
  const last = Temporal.Instant.fromEpochMilliseconds(to.getTime()).toZonedDateTimeISO(zone).toPlainDate()
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    if (!days.has(date.dayOfWeek)) continue
    const opens = instantOf(date, rule.start, zone)
    const closes = opens + rule.durationMs
    if (closes <= from.getTime() || opens >= to.getTime()) continue
    found.push({
      opensAt: new Date(opens),
      closesAt: new Date(closes),
      lastStartAt: new Date(Math.max(opens + 60_000, closes - cutOffMs)),
    })
  }
  return found
}

/** The next openings after `now`, the open one first: what each device page shows. */
export function nextWindows(
  rule: WindowRule,
  deviceZone: string,
  now: Date,
  count: number,
  cutOffMs: number,
): WindowInstance[] {
  const until = new Date(now.getTime() + (count + 1) * 7 * 24 * 3_600_000)
  return expandWindow(rule, deviceZone, now, until, cutOffMs).slice(0, count)
}

/** The next time at which change may start in some ring of a policy. */
export type NextWindow = { isAlways: true } | { isAlways: false; opensAt: Date; closesAt: Date }

/** Null without a window in the next weeks; a ring that is always open stands before the others. */
export function nextOfRings(
  policy: { rings: readonly { window: WindowRule }[]; cutOffMs: number },
  zone: string,
  now: Date,
): NextWindow | null {
  if (policy.rings.some(({ window }) => window.kind === 'always')) return { isAlways: true }
  const windows = policy.rings.flatMap(({ window }) => nextWindows(window, zone, now, 1, policy.cutOffMs))
  const [first] = windows.sort((a, b) => a.opensAt.getTime() - b.opensAt.getTime())
  return first ? { isAlways: false, opensAt: first.opensAt, closesAt: first.closesAt } : null
}

/** One night in which change may start, in some rings. */
export interface PatchNight {
  opensAt: Date
  closesAt: Date
  rings: string[]
}

/** The next nights of a client over all rings of its policy, the open one first; rings with the very same hours share one. */
export function nextNights(
  policy: { rings: readonly { name: string; window: WindowRule }[]; cutOffMs: number },
  zone: string,
  now: Date,
  count: number,
): PatchNight[] {
  const openings = policy.rings.flatMap(({ name, window }) =>
    window.kind === 'always'
      ? []
      : nextWindows(window, zone, now, count, policy.cutOffMs).map((one) => ({ ...one, name })),
  )
  const nights = Map.groupBy(openings, ({ opensAt, closesAt }) => `${opensAt.getTime()} ${closesAt.getTime()}`)
  return [...nights.values()]
    .flatMap((same) => {
      const [first] = same
      return first ? [{ opensAt: first.opensAt, closesAt: first.closesAt, rings: same.map(({ name }) => name) }] : []
    })
    .sort((a, b) => a.opensAt.getTime() - b.opensAt.getTime() || a.closesAt.getTime() - b.closesAt.getTime())
    .slice(0, count)
}

/** When `soakMs` of working time after `start` is over; without working hours that is plain time. */
export function soakEnd(start: Date, soakMs: number, hours: WorkingHours | null, zone: string): Date {
  if (!hours || soakMs === 0) return new Date(start.getTime() + soakMs)
  let left = soakMs
  for (const block of workingBlocks(start, hours, zone)) {
    const length = block.to - block.from
    if (left <= length) return new Date(block.from + left)
    left -= length
  }
  throw new RangeError('working hours hold no time')
}

/** Working time between two moments, in milliseconds. */
export function workingTime(from: Date, to: Date, hours: WorkingHours | null, zone: string): number {
  if (!hours) return Math.max(0, to.getTime() - from.getTime())
  let total = 0
  for (const block of workingBlocks(from, hours, zone)) {
    if (block.from >= to.getTime()) break
    total += Math.min(block.to, to.getTime()) - block.from
  }
  return total
}

/** Working blocks from `start` on, the first one cut at `start`; ends after three years so that a loop always ends. */
function* workingBlocks(start: Date, hours: WorkingHours, zone: string): Generator<{ from: number; to: number }> {
  const days = new Set(hours.days.map((day) => dayNumbers[day]))
  let date = Temporal.Instant.fromEpochMilliseconds(start.getTime()).toZonedDateTimeISO(zone).toPlainDate()
  for (let count = 0; count < 1_100; count++, date = date.add({ days: 1 })) {
    if (!days.has(date.dayOfWeek)) continue
    const from = Math.max(instantOf(date, hours.start, zone), start.getTime())
    const to = instantOf(date, hours.end, zone)
    if (to > from) yield { from, to }
  }
}
