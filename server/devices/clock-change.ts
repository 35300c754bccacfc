import { Temporal } from 'temporal-polyfill'

/** A change of a zone's offset: summer time begins or ends. */
export interface ClockChange {
  at: Date
  /** How far the clock is put forward; negative = back. */
  forwardMs: number
}

/** The first change of the clock between two moments, or null. */
export function findClockChange(zone: string, from: Date, to: Date): ClockChange | null {
  const start = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(zone)
  const next = start.getTimeZoneTransition('next')
  if (!next || next.epochMilliseconds > to.getTime()) return null
  return {
    at: new Date(next.epochMilliseconds),
    forwardMs: Math.round((next.offsetNanoseconds - start.offsetNanoseconds) / 1_000_000),
  }
}
