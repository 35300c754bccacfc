import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { jobContext } from '../auth/job-context.ts'
import type { TestDevice } from '../device-api/test-device.ts'
import { retireDevice } from '../devices/retire-device.ts'
import { connectMail } from '../mail/gateway.ts'
import { getOverview } from '../overview/get-overview.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { cancelSubscription, reactivateSubscription } from './change-subscription.ts'
import { countUsage } from './count-usage.ts'
import { followEvents, hearMissedEvents } from './follow-events.ts'
import { followSubscription } from './follow-subscription.ts'
import { getSubscription } from './get-subscription.ts'
import { openPortal } from './open-portal.ts'
import { amountOf } from './rules.ts'
import { sendMeter, sendMeters } from './send-meters.ts'
import { connectStripe } from './stripe-connection.ts'
import { subscribe } from './subscribe.ts'
import { takeEvent } from './take-event.ts'
import {
  fakeMeterEvent,
  fakeSecrets,
  type StripeFake,
  startStripeFake,
  type Webhook,
} from './testing/stripe-fake/stripe-fake.ts'

let world: RolloutWorld
let fake: StripeFake
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(async () => {
  connectStripe(null)
  await fake?.stop()
  await world?.stop()
})

const dayMs = 86_400_000
const job = (mspId: string) => jobContext(mspId, 'billing')
const returnPath = '/m/northfold/settings/billing'

async function startStripe(at: Date): Promise<void> {
  await fake?.stop()
  fake = await startStripeFake(at)
  connectMail({ url: undefined, from: 'x', publicUrl: 'https://console.example' })
  connectStripe({
    secretKey: 'sk_test_fake',
    webhookSecrets: fakeSecrets,
    priceId: 'price_devices',
    meterEventName: fakeMeterEvent,
    apiBase: fake.url,
  })
}

async function makeMsp(trialEndsAt: Date): Promise<string> {
  const slug = crypto.randomUUID()
  const [row] = await world.door.factories.across`insert into msps (slug, name, created_at, trial_ends_at)
    values (${slug}, 'Northfold', now(), ${trialEndsAt}) returning id`
  return row?.id
}

/** The person finishes the newest Checkout. */
const finishCheckout = () => fake.world.finishCheckout([...fake.world.checkouts.keys()].at(-1) ?? '')

/** What the ledger says of a month, by SQL of its own: the busiest day that is not free. */
async function ledgerNumber(mspId: string, month: string): Promise<number> {
  const [row] = await world.door.factories.inMsp(
    mspId,
    (tx) => tx`select active_peak from (select active_peak, row_number() over (order by active_peak desc) as place,
        count(*) over () as days from usage_daily_totals where to_char(day, 'YYYY-MM') = ${month}) d
      where place = days / 10 + 1`,
  )
  return row?.active_peak ?? 0
}

describe('a life', () => {
  let mspId: string
  let client: ClientRef
  let at: Date
  const devices: TestDevice[] = []
  const owner = () => personContext(mspId, { role: 'owner', now: at })
  const standing = async () => (await getSubscription(owner())).standing
  let round = 0

  /** Every second webhook is lost, the others come twice, the newest first, and whoever signed with the secret of before is believed. */
  async function bring(webhooks: Webhook[]): Promise<void> {
    round++
    const kept = webhooks.filter((_, place) => (place + round) % 2 === 0)
    for (const each of [...kept, ...kept].reverse()) expect(await takeEvent(each.body, each.signature, at)).toBe(true)
    await followEvents(job, at)
  }

  /** Days go by: counted at noon; at night time goes on at Stripe, the meter is told unless somebody sleeps, and the sweep hears what was lost. */
  async function liveUntil(until: string, { isAsleep = (_: string): boolean => false } = {}): Promise<void> {
    while (at < new Date(until)) {
      at = new Date(at.getTime() + dayMs)
      at.setUTCHours(0, 20, 0, 0)
      fake.world.advanceTo(at)
      const night = at.toISOString().slice(0, 10)
      if (!isAsleep(night)) await sendMeters(job, at)
      await bring(fake.takeWebhooks(fakeSecrets[round % 2]))
      at = new Date(at.getTime() + 2 * 3_600_000)
      fake.world.advanceTo(at)
      await bring(fake.takeWebhooks())
      at = new Date(at.getTime() + 3_600_000)
      await hearMissedEvents(at)
      await followEvents(job, at)
      at.setUTCHours(12, 0, 0, 0)
      await world.hear(devices, at)
      await countUsage(at)
    }
  }

  async function enrol(count: number): Promise<void> {
    for (let each = 0; each < count; each++) devices.push(await world.door.addDevice(client))
    await world.hear(devices, at)
  }

  beforeAll(async () => {
    at = new Date('2027-01-05T12:00:00Z')
    await startStripe(at)
    mspId = await makeMsp(new Date('2027-02-04T12:00:00Z'))
    client = await world.door.factories.makeClient(mspId)
  }, 60_000)

  test('trial, Checkout, growth, invoice, failed card, grace, recovery, cancel: ledger, meter and invoices agree to the device', async () => {
    await enrol(20)
    expect(await standing()).toEqual({ kind: 'trial', until: new Date('2027-02-04T12:00:00Z') })
    expect(await standing().then(() => getSubscription({ ...owner(), now: new Date('2027-02-05') }))).toMatchObject({
      standing: { kind: 'read-only', why: 'trial-over' },
    })
    await expect(openPortal(owner(), { returnPath })).rejects.toThrow('before the first Checkout')

    await liveUntil('2027-01-20')
    const { url } = await subscribe(owner(), { returnPath })
    expect(url).toMatch(/^https:\/\/checkout\.stripe\.com\//)
    // Two tabs: a second Checkout is of the same customer.
    await subscribe(owner(), { returnPath })
    expect(fake.world.customers.size).toBe(1)
    finishCheckout()
    await liveUntil('2027-01-22')
    expect(await standing()).toEqual({ kind: 'active', endsAt: null })
    await expect(subscribe(owner(), { returnPath })).rejects.toThrow('a subscription already')
    expect((await openPortal(owner(), { returnPath })).url).toContain('https://billing.stripe.com/')

    await liveUntil('2027-02-10')
    await enrol(20)
    await liveUntil('2027-03-10')
    // A mass import of two days, which costs nothing.
    await enrol(7)
    await liveUntil('2027-03-12')
    for (const device of devices.splice(-7))
      await retireDevice(owner(), { deviceId: device.deviceId, reason: 'Import' })
    // The worker slept in the last night of March: the draft of the invoice wakes the number.
    await liveUntil('2027-04-02', { isAsleep: (night) => night === '2027-04-01' })
    fake.world.isCardGood = false
    await liveUntil('2027-05-10')
    expect(await standing()).toEqual({ kind: 'past-due', until: new Date('2027-05-15T01:00:00Z') })
    await liveUntil('2027-05-16')
    expect(await standing()).toEqual({ kind: 'read-only', why: 'unpaid' })
    fake.world.isCardGood = true
    fake.world.payOpen()
    await liveUntil('2027-05-18')
    expect(await standing()).toEqual({ kind: 'active', endsAt: null })

    await cancelSubscription(owner())
    const endsAt = new Date('2027-06-01T00:00:00Z')
    expect(await standing()).toEqual({ kind: 'active', endsAt })
    at = new Date(at.getTime() + 60_000)
    await reactivateSubscription(owner())
    expect(await standing()).toEqual({ kind: 'active', endsAt: null })
    at = new Date(at.getTime() + 60_000)
    await cancelSubscription(owner())
    await liveUntil('2027-06-03')
    expect(await standing()).toEqual({ kind: 'read-only', why: 'cancelled' })

    const numbers: Record<string, number> = {}
    for (const month of ['2027-03', '2027-04', '2027-05']) numbers[month] = await ledgerNumber(mspId, month)
    expect(numbers).toEqual({ '2027-03': 40, '2027-04': 40, '2027-05': 40 })
    const bills = fake.world.invoices.map(({ period, total, status, customer }) => ({
      month: new Date(period.start * 1000).toISOString().slice(0, 7),
      meter: fake.world.usage(customer, period.start, period.end),
      total,
      status,
    }))
    expect(bills).toEqual([
      { month: '2027-01', meter: 0, total: 0, status: 'paid' },
      { month: '2027-02', meter: 0, total: 0, status: 'paid' },
      ...Object.entries(numbers).map(([month, number]) => ({
        month,
        meter: number,
        total: amountOf(number),
        status: 'paid',
      })),
    ])
    const { invoices, differences } = await getSubscription(owner())
    expect(invoices.map(({ number, cents, status }) => [number, cents, status])).toEqual([
      ...[5, 4, 3].map((place) => [`PW-${place}`, 1800, 'paid']),
      ...[2, 1].map((place) => [`PW-${place}`, 0, 'paid']),
    ])
    expect(differences).toEqual([])
  }, 240_000)

  test('what is heard again changes nothing any more, nor does an answer to a question of before', async () => {
    const look = async () => ({ ...(await getSubscription(owner())), asOf: null })
    const before = await look()
    const [asked, customerId] = [at, [...fake.world.customers.keys()][0] ?? '']
    at = new Date(at.getTime() + 60_000)
    await followSubscription({ ...job(mspId), now: at }, customerId)
    expect(await hearMissedEvents(at), 'all of the last days').toBe(0)
    expect(await followEvents(job, at)).toBe(0)
    const late = fake.world.subscriptions[0]
    if (!late) throw new Error('a subscription')
    late.status = 'active'
    expect(await followSubscription({ ...job(mspId), now: asked }, customerId)).toBe(false)
    late.status = 'canceled'
    expect(await look()).toEqual(before)
  })

  test('a meter that has another number than the ledger is told on the page', async () => {
    const customer = [...fake.world.customers.keys()][0] ?? ''
    fake.world.meterEvents.push({
      ...{ customer, identifier: 'of somebody', value: 41 },
      ...{ timestamp: Date.parse('2027-05-31T23:59:59Z') / 1000, heardAt: fake.world.now },
    })
    await sendMeters(job, at)
    const { differences } = await getSubscription(owner())
    const difference = { month: '2027-05', ledgerDevices: 40, meterDevices: 41 }
    expect(differences).toMatchObject([difference])
    const needsOf = async (role: 'billing' | 'technician') => {
      const ctx = personContext(mspId, { role, now: at })
      return (await getOverview(ctx)).needs.filter(({ kind }) => kind === 'meter-differs')
    }
    expect(await needsOf('billing')).toMatchObject([{ key: 'meter-differs 2027-05', isToday: true }])
    expect(await needsOf('technician')).toEqual([])
  })
})

test('whatever was counted and whichever nights failed, the invoice is of the number of the ledger', async () => {
  const peak = fc.option(fc.nat(60), { freq: 8, nil: null })
  const history = fc.array(fc.record({ peak, isAsleep: fc.boolean() }), { minLength: 31, maxLength: 31 })
  await fc.assert(
    fc.asyncProperty(history, async (days) => {
      let at = new Date('2027-02-26T12:00:00Z')
      await startStripe(at)
      const mspId = await makeMsp(new Date('2027-02-20T12:00:00Z'))
      await subscribe(personContext(mspId, { role: 'owner', now: at }), { returnPath })
      finishCheckout()
      at = new Date(at.getTime() + 60_000)
      await hearMissedEvents(at)
      await followEvents(job, at)
      for (const [place, { peak: devices, isAsleep }] of days.entries()) {
        const day = new Date(Date.UTC(2027, 2, 1 + place))
        if (devices !== null)
          await world.door.factories.across`insert into usage_daily_totals (msp_id, day, enrolled_peak, active_peak)
            values (${mspId}, ${day.toISOString().slice(0, 10)}, ${devices}, ${devices})`
        at = new Date(day.getTime() + dayMs + 20 * 60_000)
        fake.world.advanceTo(at)
        if (isAsleep) continue
        // A night that is run twice is one.
        for (let time = 0; time < 2; time++) await sendMeter(jobContext(mspId, 'billing', at))
      }
      // The draft of the invoice stands since midnight; one sweep is enough.
      await hearMissedEvents(at)
      await followEvents(job, at)
      fake.world.advanceTo(new Date(at.getTime() + 3_600_000))
      const march = fake.world.invoices.find(({ period }) => period.start * 1000 === Date.UTC(2027, 2, 1))
      expect(march?.total).toBe(amountOf(await ledgerNumber(mspId, '2027-03')))
    }),
    { numRuns: 15 },
  )
}, 120_000)
