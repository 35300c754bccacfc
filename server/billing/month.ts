/* Months of the ledger, as `2026-11`, and its days, as `2026-11-22`: always of UTC. Pure. */

const dayMs = 86_400_000

/** The day that a moment lies in. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
/** The month of a moment or of a day. */
export const monthOf = (at: Date | string): string => (typeof at === 'string' ? at : dayOf(at)).slice(0, 7)

/** The month `by` months on, or back. */
export function monthAfter(month: string, by = 1): string {
  return monthOf(new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + by)))
}

export const firstDayOf = (month: string): string => `${month}-01`

/** Every day of a month, in order. */
export function daysOf(month: string): string[] {
  const startMs = Date.parse(firstDayOf(month))
  const days = (Date.parse(firstDayOf(monthAfter(month))) - startMs) / dayMs
  return Array.from({ length: days }, (_, place) => dayOf(new Date(startMs + place * dayMs)))
}
