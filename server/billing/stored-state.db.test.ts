import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { jobContext } from '../auth/job-context.ts'
import { personContext } from '../rollouts/testing.ts'
import { cancelSubscription } from './change-subscription.ts'
import { countUsage } from './count-usage.ts'
import { followEvents, hearMissedEvents } from './follow-events.ts'
import { followSubscription } from './follow-subscription.ts'
import { getSubscription } from './get-subscription.ts'
import { sendMeter } from './send-meters.ts'
import { subscribe } from './subscribe.ts'
import { type PayingWorld, returnPath, startPayingWorld } from './testing/paying-world.ts'

/* What is stored of Stripe, where something happens there that no journey through the console leads to. */

let paying: PayingWorld
const start = new Date('2027-01-05T12:00:00Z')
beforeAll(async () => {
  paying = await startPayingWorld(start)
})
afterAll(() => paying?.stop())

const job = (mspId: string) => jobContext(mspId, 'billing')
let mspId: string
const owner = (now: Date) => personContext(mspId, { role: 'owner', now })
const standing = async (now: Date) => (await getSubscription(owner(now))).standing
const invoiceStates = async (now: Date) => (await getSubscription(owner(now))).invoices.map(({ status }) => status)
const customerId = () => [...paying.fake.world.customers.keys()][0] ?? ''
const subscriptionOfFake = () => {
  const [found] = paying.fake.world.subscriptions
  if (!found) throw new Error('a subscription')
  return found
}

/** A company that subscribed in January; its first month that is paid for is March. */
beforeEach(async () => {
  await paying.beginAnew(start)
  mspId = await paying.makeMsp(new Date('2027-02-04T12:00:00Z'))
  await subscribe(owner(start), { returnPath })
  paying.finishCheckout()
  await hearAll(new Date('2027-01-05T12:01:00Z'))
}, 60_000)

/** The hourly sweep: whatever happened at Stripe is heard of and followed. */
async function hearAll(now: Date): Promise<void> {
  await hearMissedEvents(now)
  await followEvents(job, now)
}

/** Time goes on at Stripe to a night, in which the meter is told what was counted on the day before. */
async function night(at: Date): Promise<void> {
  await countUsage(new Date(at.getTime() - 12 * 3_600_000))
  paying.fake.world.advanceTo(at)
  await sendMeter({ ...job(mspId), now: at })
  await hearAll(at)
}

/** The invoice of March could not be paid: the grace runs until the 15th of April. */
async function fallLate(): Promise<Date> {
  const { world } = paying.fake
  world.isCardGood = false
  world.advanceTo(new Date('2027-03-20T12:00:00Z'))
  world.meter({ customer: customerId(), identifier: 'a number', value: 30, timestamp: world.now })
  const at = new Date('2027-04-01T02:00:00Z')
  world.advanceTo(at)
  await hearAll(at)
  expect(await standing(at)).toEqual({ kind: 'past-due', until: graceUntil })
  return at
}
const graceUntil = new Date('2027-04-15T01:00:00Z')

test('an open invoice that is given up at Stripe gives a company that is late no endless grace', async () => {
  await fallLate()
  const givenUpAt = new Date('2027-04-10T12:00:00Z')
  paying.fake.world.advanceTo(givenUpAt)
  paying.fake.world.giveUpOpen()
  await hearAll(givenUpAt)
  expect(await standing(givenUpAt)).toEqual({ kind: 'past-due', until: graceUntil })
  expect(await standing(new Date('2027-04-15T01:00:00Z'))).toEqual({ kind: 'read-only', why: 'unpaid' })
})

test('where Stripe never said which invoice waits, the grace begins when it was first heard of, once', async () => {
  subscriptionOfFake().status = 'past_due'
  for (const day of ['2027-02-01', '2027-02-08'])
    await followSubscription({ ...job(mspId), now: new Date(`${day}T12:00:00Z`) }, customerId())
  const until = new Date('2027-02-15T12:00:00Z')
  expect(await standing(new Date('2027-02-08T12:00:01Z'))).toEqual({ kind: 'past-due', until })
  expect(await standing(until)).toEqual({ kind: 'read-only', why: 'unpaid' })
})

test('who has paid and is late again later has a grace of its own', async () => {
  const at = await fallLate()
  paying.fake.world.isCardGood = true
  paying.fake.world.payOpen()
  await hearAll(new Date(at.getTime() + 60_000))
  expect(await standing(new Date(at.getTime() + 120_000))).toEqual({ kind: 'active', endsAt: null })
  subscriptionOfFake().status = 'past_due'
  const again = new Date('2027-06-01T12:00:00Z')
  await followSubscription({ ...job(mspId), now: again }, customerId())
  expect(await standing(again)).toEqual({ kind: 'past-due', until: new Date('2027-06-15T12:00:00Z') })
})

test('a cancellation in the middle of a round of the sweep swallows nothing that the round was about', async () => {
  const began = new Date('2027-02-02T12:00:00Z')
  paying.fake.world.advanceTo(began)
  await hearMissedEvents(began)
  const cancelled = new Date(began.getTime() + 1_000)
  await cancelSubscription(owner(cancelled))
  // What happens after the cancellation, the round that began before it asks for, and may not store.
  subscriptionOfFake().status = 'past_due'
  expect(await followEvents(job, began), 'no event is done with').toBe(0)
  expect(await standing(began)).toMatchObject({ kind: 'active', endsAt: new Date('2027-03-01T00:00:00Z') })
  const next = new Date(began.getTime() + 2_000)
  expect(await followEvents(job, next)).toBeGreaterThan(0)
  expect(await standing(next)).toMatchObject({ kind: 'past-due' })
  expect(await invoiceStates(next), 'of January, which was free').toEqual(['paid'])
})

test('the meter of a subscription that was ended at once, at Stripe itself, is told no day after that', async () => {
  await night(new Date('2027-03-11T00:30:00Z'))
  const endedAt = new Date('2027-03-11T15:00:00Z')
  paying.fake.world.advanceTo(endedAt)
  paying.fake.world.endNow(subscriptionOfFake())
  await hearAll(endedAt)
  expect(await standing(endedAt)).toEqual({ kind: 'read-only', why: 'cancelled' })
  for (const day of ['12', '13', '14']) await night(new Date(`2027-03-${day}T00:30:00Z`))
  const told = (await getSubscription(owner(new Date('2027-03-14T01:00:00Z')))).sendings.map(({ day }) => day)
  expect(told).toEqual(['2027-03-11', '2027-03-10'])
})

test('who asks for a second Checkout, since no webhook told of the first, reads that there is a subscription', async () => {
  await paying.beginAnew(start)
  mspId = await paying.makeMsp(new Date('2027-02-04T12:00:00Z'))
  await subscribe(owner(start), { returnPath })
  paying.finishCheckout()
  const later = new Date(start.getTime() + 60_000)
  expect(await standing(later)).toMatchObject({ kind: 'trial' })
  await expect(subscribe(owner(later), { returnPath })).rejects.toThrow('a subscription already')
  expect(await standing(later)).toMatchObject({ kind: 'active' })
})

test('an invoice that is new or paid is told to the page that is open, and stands in the log, once', async () => {
  const at = new Date('2027-02-01T02:00:00Z')
  paying.fake.world.advanceTo(at)
  for (const seconds of [0, 60]) await hearAll(new Date(at.getTime() + seconds * 1_000))
  const logged = await paying.world.door.factories.inMsp(
    mspId,
    (tx) => tx`select changes from audit_records where action = 'billing:follow' order by at`,
  )
  expect(logged.map(({ changes }) => changes)).toEqual([
    { was: null, is: 'active', endsAt: null },
    { invoice: 'PW-1', is: 'paid' },
  ])
})
