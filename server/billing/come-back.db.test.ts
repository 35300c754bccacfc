import { afterAll, beforeAll, expect, test } from 'vitest'
import { usageDailyTotals } from '../../db/schema/billing.ts'
import { acrossTenants } from '../access.ts'
import { jobContext } from '../auth/job-context.ts'
import { personContext } from '../rollouts/testing.ts'
import { cancelSubscription } from './change-subscription.ts'
import { followEvents, hearMissedEvents } from './follow-events.ts'
import { getSubscription } from './get-subscription.ts'
import { daysOf } from './month.ts'
import { amountOf } from './rules.ts'
import { sendMeters } from './send-meters.ts'
import { subscribe } from './subscribe.ts'
import { type PayingWorld, returnPath, startPayingWorld } from './testing/paying-world.ts'

let paying: PayingWorld
let at = new Date('2027-03-15T12:00:00Z')
beforeAll(async () => {
  paying = await startPayingWorld(at)
})
afterAll(() => paying?.stop())

const job = (mspId: string) => jobContext(mspId, 'billing')

/** It is `moment`, at Stripe too, and the sweep hears what Stripe has told since. */
async function liveUntil(moment: string): Promise<void> {
  at = new Date(moment)
  paying.fake.world.advanceTo(at)
  await hearMissedEvents(at)
  await followEvents(job, at)
}

test('who comes back in the first minutes after the end pays the month before by its last number', async () => {
  const mspId = await paying.makeMsp(new Date('2027-02-10T12:00:00Z'))
  const owner = () => personContext(mspId, { role: 'owner', now: at })
  // The three busiest days are free, and the fourth of them is the last day of the month.
  await acrossTenants('a ledger of a test', async (tx) => {
    for (const day of daysOf('2027-03')) {
      const count = day >= '2027-03-28' ? 60 : 30
      await tx.insert(usageDailyTotals).values({ mspId, day, enrolledPeak: count, activePeak: count })
    }
  })
  await subscribe(owner(), { returnPath })
  paying.finishCheckout()
  await liveUntil('2027-03-16T00:20:00Z')
  await cancelSubscription(owner())
  await liveUntil('2027-03-31T00:20:00Z')
  await sendMeters(job, at)
  const [march] = paying.fake.world.subscriptions
  if (!march) throw new Error('a subscription')
  const usageOfMarch = () => paying.fake.world.usage(march.customer, march.start_date, Date.parse('2027-04-01') / 1000)
  expect(usageOfMarch(), 'before the last day').toBe(30)

  await liveUntil('2027-04-01T00:04:00Z')
  await subscribe(owner(), { returnPath })
  paying.finishCheckout()
  await liveUntil('2027-04-01T00:06:00Z')
  expect((await getSubscription(owner())).standing).toEqual({ kind: 'active', endsAt: null })
  await liveUntil('2027-04-01T00:20:00Z')
  await sendMeters(job, at)
  expect(usageOfMarch()).toBe(60)
  await liveUntil('2027-04-01T02:00:00Z')
  expect(paying.fake.world.invoices.map(({ total, status }) => ({ total, status }))).toEqual([
    { total: amountOf(60), status: 'paid' },
  ])
  await sendMeters(job, new Date('2027-04-02T00:20:00Z'))
  expect((await getSubscription(owner())).differences).toEqual([])
})
