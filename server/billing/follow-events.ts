import { and, eq, inArray, isNull } from 'drizzle-orm'
import { stripeEvents, subscriptions } from '../../db/schema/billing.ts'
import { acrossTenants } from '../access.ts'
import type { Context } from '../context.ts'
import { followSubscription } from './follow-subscription.ts'
import { listEvents } from './gateway.ts'
import { sendMeter } from './send-meters.ts'
import { isStripeConnected } from './stripe-connection.ts'

/** Events of one round. */
const mostOfRound = 500
/** So long Stripe itself tries to bring an event. */
const missedDays = 3
const dayMs = 86_400_000

/**
 * Asks Stripe about every customer that an event was heard of, once for all its events, whatever they say and in whatever order they came. An event
 * of nobody's customer is done with. One company's failure leaves its events for the next round and is thrown after the others; so does an answer
 * that was not stored, since somebody asked after this round began: what these events tell of may have happened after that. Answers how many are done.
 */
export async function followEvents(contextOf: (mspId: string) => Context, now: Date): Promise<number> {
  if (!isStripeConnected()) return 0
  const waiting = await findWaiting()
  const failures: unknown[] = []
  let done = 0
  for (const [customerId, events] of Map.groupBy(waiting, (event) => event.customerId))
    try {
      const mspId = events[0]?.mspId
      if (customerId && mspId) {
        const ctx = { ...contextOf(mspId), now }
        if ((await followSubscription(ctx, customerId)) === 'outdated') continue
        // The draft of an invoice is the last moment for the number of its month.
        if (events.some(({ type }) => type === 'invoice.created')) await sendMeter(ctx)
      }
      await markApplied(
        events.map(({ id }) => id),
        now,
      )
      done += events.length
    } catch (error) {
      failures.push(error)
    }
  if (failures.length > 0) throw new AggregateError(failures, `Customers of Stripe not followed: ${failures.length}`)
  return done
}

function findWaiting() {
  return acrossTenants('events of Stripe', (tx) =>
    tx
      .select({
        id: stripeEvents.id,
        type: stripeEvents.type,
        customerId: stripeEvents.customerId,
        mspId: subscriptions.mspId,
      })
      .from(stripeEvents)
      .leftJoin(subscriptions, eq(subscriptions.customerId, stripeEvents.customerId))
      .where(isNull(stripeEvents.appliedAt))
      .orderBy(stripeEvents.heardAt)
      .limit(mostOfRound),
  )
}

function markApplied(ids: string[], now: Date) {
  return acrossTenants('events of Stripe', (tx) =>
    tx
      .update(stripeEvents)
      .set({ appliedAt: now })
      .where(and(inArray(stripeEvents.id, ids), isNull(stripeEvents.appliedAt))),
  )
}

/** Hears of every event of the last three days whose webhook never came. Answers how many those were. */
export async function hearMissedEvents(now: Date): Promise<number> {
  if (!isStripeConnected()) return 0
  const found = await listEvents(new Date(now.getTime() - missedDays * dayMs))
  if (found.length === 0) return 0
  const made = await acrossTenants('events of Stripe', (tx) =>
    tx
      .insert(stripeEvents)
      .values(found.map((event) => ({ ...event, heardAt: now })))
      .onConflictDoNothing()
      .returning({ id: stripeEvents.id }),
  )
  return made.length
}
