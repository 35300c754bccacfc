import { and, eq, lt } from 'drizzle-orm'
import { subscriptions } from '../../db/schema/billing.ts'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { isSubscribed } from './entitlement.ts'
import type { StripeState } from './gateway.ts'

/** Stores how the subscription stands; null, and nothing is changed, where the answer to a later question is stored. */
export async function storeState(tx: Tx, ctx: Context, customerId: string, state: StripeState) {
  const row = toRow(state)
  const stored = await tx
    .update(subscriptions)
    .set({ ...row, followedAt: ctx.now })
    .where(and(eq(subscriptions.customerId, customerId), lt(subscriptions.followedAt, ctx.now)))
    .returning({ mspId: subscriptions.mspId })
  return stored.length > 0 ? row : null
}

/** A grace begins with the oldest invoice that waits, so that a second one that fails gives no more days. */
function toRow({ subscription, invoices }: StripeState) {
  const waiting = invoices.flatMap(({ status, finalizedAt }) => (status === 'open' && finalizedAt ? [finalizedAt] : []))
  const isLate = subscription !== null && isSubscribed(subscription.status) && subscription.status !== 'active'
  const oldest = isLate ? waiting.toSorted((a, b) => a.getTime() - b.getTime())[0] : undefined
  return {
    subscriptionId: subscription?.id ?? null,
    status: subscription?.status ?? null,
    startedAt: subscription?.startedAt ?? null,
    cancelAt: subscription?.cancelAt ?? null,
    pastDueSince: oldest ?? null,
  }
}
