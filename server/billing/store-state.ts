import { and, eq, lt, sql } from 'drizzle-orm'
import { invoices, subscriptions } from '../../db/schema/billing.ts'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { isLate } from './entitlement.ts'
import type { StripeInvoice, StripeState } from './gateway.ts'

/**
 * Stores how the subscription stands by an answer of Stripe's; null, and nothing is changed, where the answer to a later question is stored. Who is
 * told null has followed nothing, whatever else the answer holds.
 */
export async function storeState(tx: Tx, ctx: Context, customerId: string, { subscription, invoices }: StripeState) {
  const row = {
    subscriptionId: subscription?.id ?? null,
    status: subscription?.status ?? null,
    startedAt: subscription?.startedAt ?? null,
    cancelAt: subscription?.cancelAt ?? null,
  }
  const stored = await tx
    .update(subscriptions)
    .set({ ...row, pastDueSince: isLate(row.status) ? graceFrom(invoices, ctx.now) : null, followedAt: ctx.now })
    .where(and(eq(subscriptions.customerId, customerId), lt(subscriptions.followedAt, ctx.now)))
    .returning({ mspId: subscriptions.mspId })
  return stored.length > 0 ? row : null
}

/**
 * A grace begins with the oldest invoice that waits, so that a second one that fails gives no more days. Where none waits and the company is late all
 * the same, it began when that was first heard of: a grace never has no end.
 */
function graceFrom(found: readonly StripeInvoice[], now: Date) {
  const waiting = found.flatMap(({ status, finalizedAt }) => (status === 'open' && finalizedAt ? [finalizedAt] : []))
  const oldest = waiting.toSorted((a, b) => a.getTime() - b.getTime())[0]
  return oldest ?? sql`coalesce(${subscriptions.pastDueSince}, ${now.toISOString()}::timestamptz)`
}

/** Stores the invoices of an answer that was stored, which jobs alone may: answers those that are new or have changed. */
export async function storeInvoices(tx: Tx, ctx: Context, found: readonly StripeInvoice[]) {
  if (found.length === 0) return []
  return tx
    .insert(invoices)
    .values(found.map(({ finalizedAt: _, ...invoice }) => ({ mspId: ctx.mspId, ...invoice })))
    .onConflictDoUpdate({
      target: [invoices.mspId, invoices.invoiceId],
      set: {
        number: sql`excluded.number`,
        status: sql`excluded.status`,
        cents: sql`excluded.cents`,
        url: sql`excluded.url`,
      },
      setWhere: sql`(${invoices.number}, ${invoices.status}, ${invoices.cents}, ${invoices.url})
        is distinct from (excluded.number, excluded.status, excluded.cents, excluded.url)`,
    })
    .returning({ number: invoices.number, status: invoices.status })
}
