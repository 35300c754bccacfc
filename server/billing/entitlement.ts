/* What a company may do, from what is stored of its subscription and the time. Pure. */

const dayMs = 86_400_000
/** What a new company has without paying. */
export const trialDays = 30
/** How long everything goes on after a payment failed. */
export const graceDays = 14
/** When the trial of a company that begins now is over. */
export const trialEndOf = (now: Date): Date => new Date(now.getTime() + trialDays * dayMs)

/** What is stored of a company's subscription. */
export interface Paying {
  trialEndsAt: Date
  /** Stripe's own word; null = Checkout was never finished. */
  status: string | null
  pastDueSince: Date | null
  cancelAt: Date | null
}

export type Standing =
  /** This installation asks nobody for money. */
  | { kind: 'unbilled' }
  | { kind: 'trial'; until: Date }
  /** Paid for; `endsAt` when somebody cancelled it. */
  | { kind: 'active'; endsAt: Date | null }
  /** A payment failed: everything goes on until then. */
  | { kind: 'past-due'; until: Date }
  | { kind: 'read-only'; why: 'trial-over' | 'unpaid' | 'cancelled' }

/** How a company stands. A trial that runs is never cut short by what Stripe says: who cancels on its third day has 27 left. */
export function standingOf({ trialEndsAt, status, pastDueSince, cancelAt }: Paying, now: Date): Standing {
  const isTrial = now < trialEndsAt
  switch (status) {
    case 'active':
    case 'trialing':
      return { kind: 'active', endsAt: cancelAt }
    case 'past_due':
    case 'unpaid': {
      // `storeState` writes a date whenever the company is late; a row of before has none until Stripe is asked again.
      const until = new Date((pastDueSince ?? now).getTime() + graceDays * dayMs)
      if (now < until) return { kind: 'past-due', until }
      return isTrial ? { kind: 'trial', until: trialEndsAt } : { kind: 'read-only', why: 'unpaid' }
    }
    case null:
    case 'incomplete':
    case 'incomplete_expired':
      return isTrial ? { kind: 'trial', until: trialEndsAt } : { kind: 'read-only', why: 'trial-over' }
    default:
      return isTrial ? { kind: 'trial', until: trialEndsAt } : { kind: 'read-only', why: 'cancelled' }
  }
}

/** Whether a payment is missing, so that a grace runs or is over. */
export const isLate = (status: string | null): boolean => status === 'past_due' || status === 'unpaid'

/** Whether a subscription stands at Stripe, so that its meter is told and Checkout would make a second one. */
export const isSubscribed = (status: string | null): boolean =>
  ['active', 'trialing', 'past_due', 'unpaid', 'paused'].includes(status ?? '')

/** A month in which the trial still ran is free, whole. */
export const isFreeMonth = (month: string, trialEndsAt: Date): boolean => month <= trialEndsAt.toISOString().slice(0, 7)
