import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { jobContext } from '../auth/job-context.ts'
import type { TestDevice } from '../device-api/test-device.ts'
import { retireDevice } from '../devices/retire-device.ts'
import { getOverview } from '../overview/get-overview.ts'
import { personContext } from '../rollouts/testing.ts'
import { cancelSubscription, reactivateSubscription } from './change-subscription.ts'
import { countUsage } from './count-usage.ts'
import { followEvents, hearMissedEvents } from './follow-events.ts'
import { followSubscription } from './follow-subscription.ts'
import { getBilling } from './get-billing.ts'
import { getSubscription } from './get-subscription.ts'
import { openPortal } from './open-portal.ts'
import { amountOf } from './rules.ts'
import { sendMeters } from './send-meters.ts'
import { subscribe } from './subscribe.ts'
import { bringWebhook, type PayingWorld, returnPath, startPayingWorld } from './testing/paying-world.ts'
import { fakeSecrets, signWebhook, type Webhook } from './testing/stripe-fake/stripe-fake.ts'
import type { FakeEvent } from './testing/stripe-fake/world.ts'

let paying: PayingWorld
const start = new Date('2027-01-05T12:00:00Z')
beforeAll(async () => {
  paying = await startPayingWorld(start)
})
afterAll(() => paying?.stop())

const dayMs = 86_400_000
const job = (mspId: string) => jobContext(mspId, 'billing')

/** What the ledger says of a month, by SQL of its own: the busiest day that is not free. */
async function ledgerNumber(mspId: string, month: string): Promise<number> {
  const [row] = await paying.world.door.factories.inMsp(
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

  /**
   * Every second webhook is lost, the others come twice, the newest first, and whoever signed with the secret of before is believed. Between them
   * somebody else calls, whom nobody believes.
   */
  async function bring(webhooks: Webhook[]): Promise<void> {
    round++
    const kept = webhooks.filter((_, place) => (place + round) % 2 === 0)
    for (const each of [...kept, ...kept].reverse()) {
      await refuseForged(each)
      expect(await bringWebhook(each, at)).toBe(200)
    }
    await followEvents(job, at)
  }

  /** The same event as if it were another one, by somebody without the secret, and by somebody who recorded a call or its signature. */
  async function refuseForged({ body, signature }: Webhook): Promise<void> {
    const seconds = Math.floor(at.getTime() / 1000)
    const event: FakeEvent = { ...JSON.parse(body), id: `evt_forged_${round}` }
    const forged = [
      signWebhook(event, seconds, 'whsec_of_somebody'),
      signWebhook(event, seconds - 301, fakeSecrets[0]),
      { body: JSON.stringify(event), signature },
    ]
    for (const each of forged) expect(await bringWebhook(each, at)).toBe(400)
  }
  const findForged = () => paying.world.door.factories.across`select id from stripe_events where id like 'evt_forged%'`

  /** Days go by: counted at noon; at night time goes on at Stripe, the meter is told unless somebody sleeps, and the sweep hears what was lost. */
  async function liveUntil(until: string, { isAsleep = (_: string): boolean => false } = {}): Promise<void> {
    while (at < new Date(until)) {
      at = new Date(at.getTime() + dayMs)
      at.setUTCHours(0, 20, 0, 0)
      paying.fake.world.advanceTo(at)
      const night = at.toISOString().slice(0, 10)
      if (!isAsleep(night)) await sendMeters(job, at)
      await bring(paying.fake.takeWebhooks(fakeSecrets[round % 2]))
      at = new Date(at.getTime() + 2 * 3_600_000)
      paying.fake.world.advanceTo(at)
      await bring(paying.fake.takeWebhooks())
      at = new Date(at.getTime() + 3_600_000)
      await hearMissedEvents(at)
      await followEvents(job, at)
      at.setUTCHours(12, 0, 0, 0)
      await paying.world.hear(devices, at)
      await countUsage(at)
    }
  }

  async function enrol(count: number): Promise<void> {
    for (let each = 0; each < count; each++) devices.push(await paying.world.door.addDevice(client))
    await paying.world.hear(devices, at)
  }

  beforeAll(async () => {
    at = new Date(start)
    mspId = await paying.makeMsp(new Date('2027-02-04T12:00:00Z'))
    client = await paying.world.door.factories.makeClient(mspId)
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
    expect(url).toContain(`${paying.fake.url}/checkout/`)
    // Two tabs: the second Checkout is of the same customer, and the first one ends.
    const [first = ''] = paying.fake.world.checkouts.keys()
    await subscribe(owner(), { returnPath })
    expect(paying.fake.world.customers.size).toBe(1)
    expect(() => paying.fake.world.finishCheckout(first)).toThrow('no open Checkout')
    paying.finishCheckout()
    // Before any event of it came.
    await expect(subscribe(owner(), { returnPath })).rejects.toThrow('a subscription already')
    await liveUntil('2027-01-22')
    expect(await standing()).toEqual({ kind: 'active', endsAt: null })
    expect((await getSubscription(owner())).ifCancelled, 'a trial is never cut short').toEqual({
      endsAt: new Date('2027-02-01T00:00:00Z'),
      readOnlyFrom: new Date('2027-02-04T12:00:00Z'),
    })
    await expect(subscribe(owner(), { returnPath })).rejects.toThrow('a subscription already')
    expect((await openPortal(owner(), { returnPath })).url).toContain(`${paying.fake.url}/portal/`)

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
    paying.fake.world.isCardGood = false
    await liveUntil('2027-05-10')
    expect(await standing()).toEqual({ kind: 'past-due', until: new Date('2027-05-15T01:00:00Z') })
    await liveUntil('2027-05-16')
    expect(await standing()).toEqual({ kind: 'read-only', why: 'unpaid' })
    paying.fake.world.isCardGood = true
    paying.fake.world.payOpen()
    await liveUntil('2027-05-18')
    expect(await standing()).toEqual({ kind: 'active', endsAt: null })

    const endsAt = new Date('2027-06-01T00:00:00Z')
    expect((await getSubscription(owner())).ifCancelled, 'as the page says before').toEqual({
      endsAt,
      readOnlyFrom: endsAt,
    })
    await cancelSubscription(owner())
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
    const bills = paying.fake.world.invoices.map(({ period, total, status, customer }) => ({
      month: new Date(period.start * 1000).toISOString().slice(0, 7),
      meter: paying.fake.world.usage(customer, period.start, period.end),
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
    expect(await findForged()).toHaveLength(0)
    const isFree = async (month: string) => (await getBilling(owner(), { month })).isFree
    expect([await isFree('2027-01'), await isFree('2027-02'), await isFree('2027-03')]).toEqual([true, true, false])
  }, 240_000)

  test('what is heard again changes nothing any more, nor does an answer to a question of before', async () => {
    const look = async () => ({ ...(await getSubscription(owner())), asOf: null })
    const before = await look()
    const [asked, customerId] = [at, [...paying.fake.world.customers.keys()][0] ?? '']
    at = new Date(at.getTime() + 60_000)
    await followSubscription({ ...job(mspId), now: at }, customerId)
    expect(await hearMissedEvents(at), 'all of the last days').toBe(0)
    expect(await followEvents(job, at)).toBe(0)
    const late = paying.fake.world.subscriptions[0]
    if (!late) throw new Error('a subscription')
    late.status = 'active'
    expect(await followSubscription({ ...job(mspId), now: asked }, customerId)).toBe('outdated')
    late.status = 'canceled'
    expect(await look()).toEqual(before)
  })

  test('a meter that has another number than the ledger is told on the page', async () => {
    const customer = [...paying.fake.world.customers.keys()][0] ?? ''
    paying.fake.world.meterEvents.push({
      ...{ customer, identifier: 'of somebody', value: 41 },
      ...{ timestamp: Date.parse('2027-05-31T23:59:59Z') / 1000, heardAt: paying.fake.world.now },
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

  test('after the end the company comes back: the same customer, a new subscription, no second trial, and all three agree again', async () => {
    await liveUntil('2027-06-10')
    expect(await standing(), 'months later nothing has come back by itself').toMatchObject({ why: 'cancelled' })
    await expect(reactivateSubscription(owner()), 'it is over').rejects.toThrow('no subscription that stands')
    await subscribe(owner(), { returnPath })
    paying.finishCheckout()
    await liveUntil('2027-06-12')
    expect(await standing()).toEqual({ kind: 'active', endsAt: null })
    expect(paying.fake.world.customers.size).toBe(1)
    expect(paying.fake.world.subscriptions.map(({ status }) => status)).toEqual(['canceled', 'active'])
    await liveUntil('2027-07-05')
    await enrol(9)
    await liveUntil('2027-08-03')

    const months = ['2027-06', '2027-07']
    const numbers = await Promise.all(months.map((month) => ledgerNumber(mspId, month)))
    expect(numbers).toEqual([40, 49])
    const bills = paying.fake.world.invoices.slice(-2)
    expect(bills.map(({ customer, period }) => paying.fake.world.usage(customer, period.start, period.end))).toEqual(
      numbers,
    )
    const { invoices, differences } = await getSubscription(owner())
    expect(invoices.slice(0, 2).map(({ number, cents, status }) => [number, cents, status])).toEqual([
      ['PW-7', 2880, 'paid'],
      ['PW-6', 1800, 'paid'],
    ])
    expect(differences).toEqual([])
    expect(await findForged()).toHaveLength(0)
  }, 240_000)
})
