import { proxyActivities } from '@temporalio/workflow'
import type { BillingActivities } from './activities.ts'

const activities = proxyActivities<BillingActivities>({
  startToCloseTimeout: '30 minutes',
  retry: { initialInterval: '30 seconds', maximumInterval: '10 minutes' },
})

/** Compares Stripe's meter of every company with the ledger, and tells it the number of the month so far. Repeated until every company was told. */
export async function billingNight(): Promise<void> {
  await activities.sendMeters()
}
