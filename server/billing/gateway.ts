import { pino } from 'pino'
import Stripe from 'stripe'
import { DomainError } from '../errors.ts'
import { type StripeSettings, stripeSettings } from './stripe-connection.ts'

const log = pino({ name: 'stripe' })

function makeClient({ secretKey, apiBase }: StripeSettings): Stripe {
  const base = apiBase ? new URL(apiBase) : null
  return new Stripe(secretKey, {
    maxNetworkRetries: 2,
    timeout: 15_000,
    telemetry: false,
    ...(base && { host: base.hostname, port: base.port, protocol: base.protocol === 'http:' ? 'http' : 'https' }),
  })
}

/** One client for as long as the settings stand. */
const clients = new WeakMap<StripeSettings, Stripe>()

function connected() {
  const settings = stripeSettings()
  if (!settings) throw new DomainError('not-allowed-now', 'No card is asked for: this installation has no Stripe keys.')
  const client = clients.get(settings) ?? makeClient(settings)
  clients.set(settings, client)
  return { ...settings, client }
}

/** `unavailable` with a sentence, whatever Stripe or the way to it said; why stands in the log. */
async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    log.error({ type: error.type, code: error.code, requestId: error.requestId }, 'Stripe refused')
    throw new DomainError('unavailable', 'Stripe did not answer as it should. Nothing was changed; try again.')
  }
}

/** How a customer stands at Stripe at this moment. */
export interface StripeState {
  subscription: {
    id: string
    status: string
    startedAt: Date
    /** When it ends by itself, or ended. */
    cancelAt: Date | null
  } | null
  /** The newest first. */
  invoices: StripeInvoice[]
}
export interface StripeInvoice {
  invoiceId: string
  number: string | null
  status: string
  issuedAt: Date
  finalizedAt: Date | null
  cents: number
  currency: string
  url: string | null
}

/** The customer of a company, made by the first call: a call that is repeated gets the same one. */
export function createCustomer(mspId: string, name: string): Promise<string> {
  const { client } = connected()
  return asking(async () => {
    const made = await client.customers.create(
      { name, metadata: { msp_id: mspId } },
      { idempotencyKey: `customer/${mspId}` },
    )
    return made.id
  })
}

/**
 * Where the person enters card, address and tax number; the month is paid from its first day, at its end. `anchor`: when the first month ends.
 * One that is open already ends: two that are finished would be two subscriptions, both on the same meter.
 */
export function createCheckout(input: {
  mspId: string
  customerId: string
  anchor: Date
  returnUrl: string
}): Promise<string> {
  const { client, priceId } = connected()
  return asking(async () => {
    const open = await client.checkout.sessions.list({ customer: input.customerId, status: 'open', limit: 100 })
    for (const { id } of open.data) await client.checkout.sessions.expire(id)
    const session = await client.checkout.sessions.create({
      mode: 'subscription',
      customer: input.customerId,
      client_reference_id: input.mspId,
      line_items: [{ price: priceId }],
      billing_address_collection: 'required',
      tax_id_collection: { enabled: true },
      customer_update: { name: 'auto', address: 'auto' },
      subscription_data: {
        billing_cycle_anchor: seconds(input.anchor),
        proration_behavior: 'none',
        metadata: { msp_id: input.mspId },
      },
      success_url: input.returnUrl,
      cancel_url: input.returnUrl,
    })
    if (!session.url) throw new Error('Stripe made a Checkout without an address')
    return session.url
  })
}

/** Stripe's own pages for card, address, tax number and invoices. */
export function createPortal(customerId: string, returnUrl: string): Promise<string> {
  const { client } = connected()
  return asking(async () => {
    const session = await client.billingPortal.sessions.create({ customer: customerId, return_url: returnUrl })
    return session.url
  })
}

/** Lets the subscription end with its month, or go on after all. Repeating it is harmless. */
export async function setEnding(subscriptionId: string, isEnding: boolean): Promise<void> {
  const { client } = connected()
  await asking(() => client.subscriptions.update(subscriptionId, { cancel_at_period_end: isEnding }))
}

/** Asks how a customer stands: the newest subscription that is not over, else the newest, and the last two years of invoices. */
export function fetchState(customerId: string): Promise<StripeState> {
  const { client } = connected()
  return asking(async () => {
    const [found, bills] = await Promise.all([
      client.subscriptions.list({ customer: customerId, status: 'all', limit: 100 }),
      client.invoices.list({ customer: customerId, limit: 24 }),
    ])
    const newest = found.data.toSorted((a, b) => b.created - a.created)
    const subscription = newest.find(({ status }) => !ended.has(status)) ?? newest[0] ?? null
    return {
      subscription: subscription && {
        id: subscription.id,
        status: subscription.status,
        startedAt: new Date(subscription.start_date * 1000),
        cancelAt: endOf(subscription),
      },
      invoices: bills.data.map((bill) => ({
        invoiceId: bill.id ?? '',
        number: bill.number,
        status: bill.status ?? 'draft',
        issuedAt: new Date(bill.created * 1000),
        finalizedAt: moment(bill.status_transitions.finalized_at),
        cents: bill.total,
        currency: bill.currency.toUpperCase(),
        url: bill.hosted_invoice_url ?? null,
      })),
    }
  })
}

const ended: ReadonlySet<string> = new Set(['canceled', 'incomplete_expired'])
const moment = (at: number | null | undefined) => (at ? new Date(at * 1000) : null)
const seconds = (at: Date) => Math.floor(at.getTime() / 1000)

/** When it ended, whoever ended it; else when it will by itself, by its own date or with its month. */
function endOf({ ended_at, cancel_at, cancel_at_period_end, items }: Stripe.Subscription): Date | null {
  return moment(ended_at ?? cancel_at ?? (cancel_at_period_end ? items.data[0]?.current_period_end : null))
}

/** Tells the meter a number; what was told already under this name is told. */
export async function sendMeterEvent(input: {
  customerId: string
  identifier: string
  devices: number
  at: Date
}): Promise<void> {
  const { client, meterEventName } = connected()
  await asking(async () => {
    try {
      await client.billing.meterEvents.create({
        event_name: meterEventName,
        identifier: input.identifier,
        timestamp: seconds(input.at),
        payload: { stripe_customer_id: input.customerId, value: String(input.devices) },
      })
    } catch (error) {
      const isTold = error instanceof Stripe.errors.StripeInvalidRequestError && /already exists/.test(error.message)
      if (!isTold) throw error
    }
  })
}

/** What the meter has of a customer between two moments; null = nothing arrived. */
export function findMeterValue(customerId: string, from: Date, to: Date): Promise<number | null> {
  const { client, meterEventName } = connected()
  return asking(async () => {
    const meters = await client.billing.meters.list({ status: 'active', limit: 100 })
    const meter = meters.data.find((each) => each.event_name === meterEventName)
    if (!meter) throw new Error(`Stripe has no active meter of the name ${meterEventName}`)
    const summaries = await client.billing.meters.listEventSummaries(meter.id, {
      customer: customerId,
      start_time: seconds(from),
      end_time: seconds(to),
    })
    return summaries.data[0]?.aggregated_value ?? null
  })
}

/** What an event says that we believe: that something of a customer changed. */
export interface HeardEvent {
  id: string
  type: string
  customerId: string | null
  createdAt: Date
}

function heard({ id, type, created, data }: Stripe.Event): HeardEvent {
  const { object } = data
  const customer = 'customer' in object ? object.customer : null
  const own = 'object' in object && object.object === 'customer' && 'id' in object ? object.id : null
  const customerId = typeof customer === 'string' ? customer : (customer?.id ?? own)
  return {
    id,
    type,
    customerId: typeof customerId === 'string' ? customerId : null,
    createdAt: new Date(created * 1000),
  }
}

/** Reads a webhook's body as it came. Null unless one of the secrets signed it within the last five minutes. */
export function readWebhook(body: string, signature: string, now: Date): HeardEvent | null {
  const { client, webhookSecrets } = connected()
  const { webhooks } = client
  const isSignedWith = (secret: string) => {
    try {
      return webhooks.signature?.verifyHeader(body, signature, secret, undefined, undefined, now.getTime()) ?? false
    } catch {
      // Not only its own error: a signature that is no text of Stripe's ends in others.
      return false
    }
  }
  return webhookSecrets.some(isSignedWith) ? heard(webhooks.constructEventWithoutVerification(body)) : null
}

/** Every event since then, for those whose webhook never came. */
export function listEvents(since: Date): Promise<HeardEvent[]> {
  const { client } = connected()
  return asking(async () => {
    const found: HeardEvent[] = []
    for await (const event of client.events.list({ created: { gte: seconds(since) }, limit: 100 }))
      found.push(heard(event))
    return found
  })
}
