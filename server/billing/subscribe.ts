import { subscriptions } from '../../db/schema/billing.ts'
import { perform, read, requireWhole } from '../access.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { linkTo } from '../mail/gateway.ts'
import { isSubscribed } from './entitlement.ts'
import { findPaying } from './find-standing.ts'
import { createCheckout, createCustomer, fetchState, type StripeState } from './gateway.ts'
import { firstDayOf, monthAfter, monthOf } from './month.ts'
import { billOfWhole } from './rules.ts'
import type { GoToStripe } from './schema.ts'
import { storeState } from './store-state.ts'

/**
 * Makes the company's customer at Stripe where it has none, and opens a Checkout: answers its address. Months end with those of UTC, as the ledger's.
 * `not-allowed-now` where a subscription stands, or without Stripe keys.
 */
export async function subscribe(ctx: Context, { returnPath }: GoToStripe): Promise<{ url: string }> {
  const paying = await read(ctx, 'billing:subscribe', (tx) => {
    requireWhole(ctx, billOfWhole)
    return findPaying(tx)
  })
  if (isSubscribed(paying.status)) throw notAllowedNow('The company has a subscription already.')
  // What is stored may not know yet of a Checkout that was finished a moment ago.
  const known = paying.customerId ? await fetchState(paying.customerId) : null
  if (known && isSubscribed(known.subscription?.status ?? null)) {
    await keepKnown(ctx, paying, known)
    throw notAllowedNow('The company has a subscription already.')
  }
  const customerId = paying.customerId ?? (await createCustomer(ctx.mspId, paying.name))
  await perform(ctx, 'billing:subscribe', async (tx) => {
    // Before Checkout opens: its first event must find whose it is.
    await tx
      .insert(subscriptions)
      .values({ mspId: ctx.mspId, customerId, followedAt: new Date(0) })
      .onConflictDoNothing()
    return {
      value: undefined,
      changes: [{ clientId: null, subject: { kind: 'msp', id: ctx.mspId, name: paying.name } }],
    }
  })
  const anchor = new Date(firstDayOf(monthAfter(monthOf(ctx.now))))
  return { url: await createCheckout({ mspId: ctx.mspId, customerId, anchor, returnUrl: linkTo(returnPath) }) }
}

/** Where its webhook was lost the page would offer the Checkout for an hour more: it is Stripe's word all the same, and whose question told it. */
function keepKnown(
  ctx: Context,
  { name, status, customerId }: Awaited<ReturnType<typeof findPaying>>,
  known: StripeState,
) {
  return perform(ctx, 'billing:subscribe', async (tx) => {
    const next = await storeState(tx, ctx, customerId ?? '', known)
    const details = { was: status, is: next?.status, endsAt: next?.cancelAt }
    const subject = { kind: 'msp', id: ctx.mspId, name } as const
    return {
      value: undefined,
      changes: next ? [{ clientId: null, subject, details, action: 'billing:follow' as const }] : [],
    }
  })
}
