import { Temporal } from 'temporal-polyfill'

/** The last moment of quiet after a month before its numbers are counted: 06:00 of its first day in the client's zone. */
const countHour = 6

/** A month as instants in a zone: `to` is the first moment of the next one, `dueAt` when its report is counted. */
export function boundsOf(month: string, timeZone: string): { from: Date; to: Date; dueAt: Date } {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 })
  const next = first.add({ months: 1 })
  const start = (date: Temporal.PlainDate) => new Date(date.toZonedDateTime({ timeZone }).epochMilliseconds)
  const due = next.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ hour: countHour }) })
  return { from: start(first), to: start(next), dueAt: new Date(due.epochMilliseconds) }
}

/** The newest month whose report is due at `now`: the one before the current one, and until 06:00 of its first day the one before that. */
export function dueMonth(now: Date, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone)
  const last = local.toPlainDate().toPlainYearMonth().subtract({ months: 1 })
  const isDue = now >= boundsOf(last.toString(), timeZone).dueAt
  return (isDue ? last : last.subtract({ months: 1 })).toString()
}

/** The twelve months that end with this one, the oldest first. */
export function yearUpTo(month: string): string[] {
  const last = Temporal.PlainYearMonth.from(month)
  return Array.from({ length: 12 }, (_, index) => last.subtract({ months: 11 - index }).toString())
}
