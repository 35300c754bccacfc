import { sendMeters } from '../../server/billing/send-meters.ts'
import type { Context } from '../../server/context.ts'

/** What the nightly workflow may ask of the world. */
export function createBillingActivities(contextOf: (mspId: string) => Context) {
  return {
    sendMeters: (): Promise<number> => sendMeters(contextOf, new Date()),
  }
}
export type BillingActivities = ReturnType<typeof createBillingActivities>
