import { stripeEvents } from '../../db/schema/billing.ts'
import { outsideTenants } from '../access.ts'
import { readWebhook } from './gateway.ts'

/**
 * What Stripe's webhook brings: notes that it was heard of, once, which is all that has to be done before it is answered. The row is its own outbox:
 * `followEvents` asks Stripe how things stand. False, with nothing stored, where no secret of ours signed it.
 */
export async function takeEvent(body: string, signature: string, now: Date): Promise<boolean> {
  const event = readWebhook(body, signature, now)
  if (!event) return false
  await outsideTenants((tx) =>
    tx
      .insert(stripeEvents)
      .values({ ...event, heardAt: now })
      .onConflictDoNothing(),
  )
  return true
}
