import { eq } from 'drizzle-orm'
import { subscriptions } from '../../db/schema/billing.ts'
import { msps } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { type Standing, standingOf } from './entitlement.ts'
import { isStripeConnected } from './stripe-connection.ts'

/** What is stored of the company's subscription: its trial alone before it has gone to Checkout. */
export async function findPaying(tx: Tx) {
  const { customerId, subscriptionId, status, pastDueSince, cancelAt, startedAt } = subscriptions
  const [row] = await tx
    .select({
      ...{ name: msps.name, trialEndsAt: msps.trialEndsAt },
      ...{ customerId, subscriptionId, status, pastDueSince, cancelAt, startedAt },
    })
    .from(msps)
    .leftJoin(subscriptions, eq(subscriptions.mspId, msps.id))
  if (!row) throw new Error('the MSP of this context has no row')
  return row
}

/** How the company stands now. Where this installation has no Stripe keys, nobody is asked. */
export async function findStanding(tx: Tx, now: Date): Promise<Standing> {
  return isStripeConnected() ? standingOf(await findPaying(tx), now) : { kind: 'unbilled' }
}
