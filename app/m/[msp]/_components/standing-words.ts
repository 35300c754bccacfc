import { formatDate } from '@/components/format'
import type { Outputs } from '@/server/api/root'
import { readOnlyWords } from '@/server/billing/rules'

export type Standing = Outputs['session']['get']['standing']

/** How the company pays, in one or two sentences; null where nobody is asked for money. */
export function standingWords(standing: Standing, timeZone: string, now: Date): string | null {
  const dateOf = (at: Date) => formatDate(at, timeZone, now)
  switch (standing.kind) {
    case 'unbilled':
      return null
    case 'trial':
      return `The trial runs until ${dateOf(standing.until)}: everything goes, and nothing is paid. The month in which it ends is free too.`
    case 'active':
      return standing.endsAt
        ? `Cancelled: the subscription ends on ${dateOf(standing.endsAt)}. From then on nothing can be changed.`
        : 'The company has a subscription. Each month is paid at its end.'
    case 'past-due':
      return `A payment failed. Everything goes on until ${dateOf(standing.until)}; from then on nothing can be changed until it is paid.`
    case 'read-only':
      return readOnlyWords[standing.why]
  }
}

const dayMs = 86_400_000
/** A trial is not spoken of on every page before its last week. */
const lastDaysMs = 7 * dayMs

/** Whether it stands over every page: what has ended, and what soon does. */
export function isUrgent(standing: Standing, now: Date): boolean {
  if (standing.kind === 'trial') return standing.until.getTime() - now.getTime() <= lastDaysMs
  return standing.kind === 'past-due' || standing.kind === 'read-only'
}

/** What lets everything go on, as the name of the way there. */
export const wayOut = (standing: Standing): 'Pay' | 'Subscribe' =>
  standing.kind === 'past-due' || (standing.kind === 'read-only' && standing.why === 'unpaid') ? 'Pay' : 'Subscribe'
