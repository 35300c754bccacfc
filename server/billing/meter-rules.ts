import { isFreeMonth } from './entitlement.ts'
import { dayOf, firstDayOf, monthAfter, monthOf } from './month.ts'
import { monthNumber } from './rules.ts'

/* What Stripe's meter is told, and when. Pure. */

const dayMs = 86_400_000
/** So long after midnight a count of the day before may still be written. */
const settleMs = 10 * 60_000

export interface MeteredSubscription {
  startedAt: Date
  /** When it ends or ended; null = it goes on. */
  cancelAt: Date | null
}

/**
 * The days after which the meter is told now and was not yet: the last day of the month before, which is that month's final number, and yesterday. The
 * meter keeps the last it was told of a month, so a day between that was missed needs nothing. A month that it was told of is told to its end also
 * where another subscription has begun since: the invoice of the one before still waits for its last number.
 */
export function daysToSend(
  { startedAt, cancelAt }: MeteredSubscription,
  now: Date,
  told: ReadonlySet<string> = new Set(),
): string[] {
  const toldMonths = new Set([...told].map(monthOf))
  const settled = new Date(now.getTime() - settleMs)
  const lastOfBefore = dayOf(new Date(Date.parse(firstDayOf(monthOf(settled))) - dayMs))
  const yesterday = dayOf(new Date(settled.getTime() - dayMs))
  return [...new Set([lastOfBefore, yesterday])].filter(
    (day) =>
      !told.has(day) &&
      (day >= dayOf(startedAt) || toldMonths.has(monthOf(day))) &&
      (cancelAt === null || Date.parse(day) < cancelAt.getTime()),
  )
}

/** The number that is paid for once `day` is over; null where no day of its month was counted until then. */
export function numberAfter(day: string, counted: readonly { day: string; peak: number }[], trialEndsAt: Date) {
  const month = monthOf(day)
  const number = monthNumber(
    counted.filter((each) => monthOf(each.day) === month && each.day <= day).map(({ peak }) => peak),
  )
  return number !== null && isFreeMonth(month, trialEndsAt) ? 0 : number
}

/** One name for one telling: repeated it is the same. */
export const meterIdentifier = (mspId: string, day: string): string => `${mspId}:${monthOf(day)}:${day}`

/** The last second of a day: it belongs to the month that it tells of, whenever it is told. */
export const endOfDay = (day: string): Date => new Date(Date.parse(day) + dayMs - 1_000)

/** A month from its first moment to that of the next. */
export const boundsOfMonth = (month: string): { from: Date; to: Date } => ({
  from: new Date(firstDayOf(month)),
  to: new Date(firstDayOf(monthAfter(month))),
})
