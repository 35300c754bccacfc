import { randomBytes } from 'node:crypto'
import Stripe from 'stripe'

/* What the fake remembers, and what time does to it. All times are seconds, as Stripe's. */

const hour = 3_600
const day = 24 * hour

interface Subscription {
  id: string
  object: 'subscription'
  customer: string
  status: string
  created: number
  start_date: number
  cancel_at: number | null
  cancel_at_period_end: boolean
  ended_at: number | null
  metadata: Record<string, string>
  items: { data: [{ id: string; current_period_start: number; current_period_end: number }] }
}
interface Invoice {
  id: string
  object: 'invoice'
  customer: string
  number: string | null
  status: 'draft' | 'open' | 'paid' | 'uncollectible'
  created: number
  period: { start: number; end: number }
  total: number
  currency: string
  hosted_invoice_url: string | null
  status_transitions: { finalized_at: number | null; paid_at: number | null }
}
interface MeterEvent {
  customer: string
  identifier: string
  value: number
  timestamp: number
  heardAt: number
}
export interface FakeEvent {
  id: string
  object: 'event'
  api_version: string
  type: string
  created: number
  data: { object: object }
}
export interface Checkout {
  id: string
  customer: string
  mspId: string
  anchor: number
  successUrl: string
  cancelUrl: string
}

/** Refused as Stripe refuses it. */
export class FakeRefusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export class StripeWorld {
  now: number
  /** Whether the card pays. */
  isCardGood = true
  customers = new Map<string, { id: string; object: 'customer'; name: string; metadata: Record<string, string> }>()
  /** Those that are open. */
  checkouts = new Map<string, Checkout>()
  /** Visits of the customer portal: whose, and where they end. */
  portals = new Map<string, { customer: string; returnUrl: string }>()
  /** Where the pages are that Stripe hosts. */
  pagesUrl = ''
  /** Hears of each event when it has happened. */
  onEvent: (event: FakeEvent) => void = () => {}
  subscriptions: Subscription[] = []
  invoices: Invoice[] = []
  meterEvents: MeterEvent[] = []
  events: FakeEvent[] = []
  #made = 0
  /** Two fakes have no id in common, as two accounts of Stripe. */
  readonly #account = randomBytes(4).toString('hex')

  constructor(at: Date) {
    this.now = Math.floor(at.getTime() / 1000)
  }

  newId = (kind: string) => `${kind}_${this.#account}${String(++this.#made).padStart(6, '0')}`

  tell(type: string, object: object): void {
    // As it was when it happened: what comes late is old.
    const event: FakeEvent = {
      ...{ id: this.newId('evt'), object: 'event', api_version: Stripe.API_VERSION, type, created: this.now },
      data: { object: structuredClone(object) },
    }
    this.events.push(event)
    this.onEvent(event)
  }

  /** The person enters a card and says yes. */
  finishCheckout(id: string): void {
    const checkout = this.checkouts.get(id)
    if (!checkout) throw new Error(`no open Checkout ${id}`)
    this.checkouts.delete(id)
    const subscription: Subscription = {
      ...{ id: this.newId('sub'), object: 'subscription', customer: checkout.customer, status: 'active' },
      ...{ created: this.now, start_date: this.now, cancel_at: null, cancel_at_period_end: false, ended_at: null },
      metadata: { msp_id: checkout.mspId },
      items: {
        data: [{ id: this.newId('si'), current_period_start: this.now, current_period_end: checkout.anchor }],
      },
    }
    this.subscriptions.push(subscription)
    this.tell('checkout.session.completed', { id, object: 'checkout.session', customer: checkout.customer })
    this.tell('customer.subscription.created', subscription)
  }

  setEnding(id: string, isEnding: boolean): Subscription {
    const subscription = this.subscriptions.find((each) => each.id === id)
    if (!subscription || subscription.status === 'canceled') throw new FakeRefusal(404, 'No such subscription')
    subscription.cancel_at_period_end = isEnding
    subscription.cancel_at = isEnding ? subscription.items.data[0].current_period_end : null
    this.tell('customer.subscription.updated', subscription)
    return subscription
  }

  /** Somebody ends it at Stripe itself, at once and in the middle of its month. */
  endNow(subscription: Subscription): void {
    subscription.status = 'canceled'
    subscription.ended_at = this.now
    this.tell('customer.subscription.deleted', subscription)
  }

  /** Somebody gives up what waits, at Stripe itself. Whether the subscription is late stays as it is. */
  giveUpOpen(): void {
    for (const invoice of this.invoices)
      if (invoice.status === 'open') {
        invoice.status = 'uncollectible'
        this.tell('invoice.marked_uncollectible', invoice)
      }
  }

  /** A person enters another card, and what waits is paid. */
  payOpen(): void {
    for (const invoice of this.invoices) if (invoice.status === 'open') this.#collect(invoice)
  }

  meter({ customer, identifier, value, timestamp }: Omit<MeterEvent, 'heardAt'>): void {
    if (timestamp < this.now - 35 * day || timestamp > this.now + 300)
      throw new FakeRefusal(400, 'timestamp out of range')
    if (this.meterEvents.some((each) => each.identifier === identifier && each.heardAt > this.now - day))
      throw new FakeRefusal(400, `An event already exists with identifier ${identifier}.`)
    this.meterEvents.push({ customer, identifier, value, timestamp, heardAt: this.now })
  }

  /** Formula `last`: the newest of a window; null = none. */
  usage(customer: string, from: number, to: number): number | null {
    const own = this.meterEvents.filter(
      (each) => each.customer === customer && each.timestamp >= from && each.timestamp < to,
    )
    return own.toSorted((a, b) => a.timestamp - b.timestamp).at(-1)?.value ?? null
  }

  /** Time goes on, and what falls due on the way happens in its order. */
  advanceTo(at: Date): void {
    const until = Math.floor(at.getTime() / 1000)
    for (;;) {
      const due = [...this.#duePeriods(), ...this.#dueDrafts()].toSorted((a, b) => a.at - b.at)[0]
      if (!due || due.at > until) break
      this.now = Math.max(this.now, due.at)
      due.happen()
    }
    this.now = until
  }

  #duePeriods() {
    return this.subscriptions
      .filter(({ status }) => status !== 'canceled')
      .map((subscription) => ({
        at: subscription.items.data[0].current_period_end,
        happen: () => this.#endPeriod(subscription),
      }))
  }

  #dueDrafts() {
    return this.invoices
      .filter(({ status }) => status === 'draft')
      .map((invoice) => ({ at: invoice.created + hour, happen: () => this.#finalize(invoice) }))
  }

  #endPeriod(subscription: Subscription): void {
    const [item] = subscription.items.data
    const invoice: Invoice = {
      ...{ id: this.newId('in'), object: 'invoice', customer: subscription.customer, number: null, status: 'draft' },
      ...{ created: this.now, period: { start: item.current_period_start, end: item.current_period_end } },
      ...{ total: 0, currency: 'eur', hosted_invoice_url: null },
      status_transitions: { finalized_at: null, paid_at: null },
    }
    this.invoices.push(invoice)
    this.tell('invoice.created', invoice)
    if (subscription.cancel_at_period_end) {
      this.endNow(subscription)
      return
    }
    const end = new Date(item.current_period_end * 1000)
    item.current_period_start = item.current_period_end
    item.current_period_end = Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 1) / 1000
    this.tell('customer.subscription.updated', subscription)
  }

  #finalize(invoice: Invoice): void {
    invoice.total = graduated(this.usage(invoice.customer, invoice.period.start, invoice.period.end) ?? 0)
    invoice.status = 'open'
    invoice.number = `PW-${this.invoices.indexOf(invoice) + 1}`
    invoice.hosted_invoice_url = `${this.pagesUrl}/invoice/${invoice.id}`
    invoice.status_transitions.finalized_at = this.now
    this.tell('invoice.finalized', invoice)
    this.#collect(invoice)
  }

  #collect(invoice: Invoice): void {
    const subscription = this.subscriptions.findLast((each) => each.customer === invoice.customer)
    if (invoice.total > 0 && !this.isCardGood) {
      this.tell('invoice.payment_failed', invoice)
      if (!subscription || subscription.status === 'canceled') return
      subscription.status = 'past_due'
      this.tell('customer.subscription.updated', subscription)
      return
    }
    invoice.status = 'paid'
    invoice.status_transitions.paid_at = this.now
    this.tell('invoice.paid', invoice)
    if (subscription?.status !== 'past_due') return
    subscription.status = 'active'
    this.tell('customer.subscription.updated', subscription)
  }
}

/** The price as it was set up at Stripe, reckoned here by itself: 25 cost nothing, each further one 1.20. */
const graduated = (devices: number): number => Math.max(0, devices - 25) * 120
