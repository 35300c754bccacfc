import Fastify from 'fastify'
import Stripe from 'stripe'
import { type Form, namesOf, parseForm, partOf, textOf } from './form.ts'
import { addPages } from './pages.ts'
import { parameters } from './parameters.ts'
import { type FakeEvent, FakeRefusal, StripeWorld } from './world.ts'

export const fakeSecrets = ['whsec_of_now', 'whsec_of_before'] as const
export const fakeMeterEvent = 'devices'

/** A webhook on its way: what it holds, and what signs it. */
export interface Webhook {
  body: string
  signature: string
}

/** The endpoints of Stripe that Patchward uses, with a memory and a clock of their own, on a free port. Its contract: contract.md beside it. */
export async function startStripeFake(at: Date) {
  const world = new StripeWorld(at)
  const app = Fastify()
  const answers = new Map<string, unknown>()
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, parseForm(String(body))),
  )
  app.setErrorHandler((error, _, reply) => {
    const status = error instanceof FakeRefusal ? error.status : 500
    const message = error instanceof Error ? error.message : String(error)
    reply.status(status).send({ error: { type: status < 500 ? 'invalid_request_error' : 'api_error', message } })
  })

  /** One thing that can be asked: the parameters are looked at, and a repeated key gets the same answer. */
  function on(asked: string, answer: (form: Form, id: string) => unknown): void {
    const [method, url = ''] = asked.split(' ')
    app.route({
      method: method === 'GET' ? 'GET' : 'POST',
      url,
      handler: async (request) => {
        // Fastify's own types do not know what the parser above made, and that the route names an id.
        const form = method === 'GET' ? parseForm(request.url.split('?')[1] ?? '') : ((request.body ?? {}) as Form)
        const strange = namesOf(form).filter((name) => !parameters[asked]?.includes(name))
        if (strange.length > 0) throw new FakeRefusal(400, `Received unknown parameter: ${strange.join()}`)
        const key = request.headers['idempotency-key']
        const known = typeof key === 'string' && method === 'POST' ? `${asked} ${key}` : null
        if (known && answers.has(known)) return answers.get(known)
        const params = request.params as { id?: string }
        const made = structuredClone(answer(form, params.id ?? ''))
        if (known) answers.set(known, made)
        return made
      },
    })
  }
  const list = (data: readonly unknown[], url: string) => ({ object: 'list', data, has_more: false, url })
  const customerOf = (form: Form) => {
    const customer = world.customers.get(textOf(form, 'customer') ?? '')
    if (!customer) throw new FakeRefusal(400, 'No such customer')
    return customer.id
  }

  on('POST /v1/customers', (form) => {
    const made = { id: world.newId('cus'), object: 'customer' as const, name: textOf(form, 'name') ?? '' }
    const customer = { ...made, metadata: { msp_id: textOf(partOf(form, 'metadata'), 'msp_id') ?? '' } }
    world.customers.set(made.id, customer)
    world.tell('customer.created', customer)
    return customer
  })
  on('POST /v1/checkout/sessions', (form) => {
    const anchor = Number(textOf(partOf(form, 'subscription_data'), 'billing_cycle_anchor'))
    if (!(anchor > world.now)) throw new FakeRefusal(400, 'billing_cycle_anchor must be in the future')
    const id = world.newId('cs')
    const mspId = textOf(form, 'client_reference_id') ?? ''
    const returns = { successUrl: textOf(form, 'success_url') ?? '', cancelUrl: textOf(form, 'cancel_url') ?? '' }
    world.checkouts.set(id, { id, customer: customerOf(form), mspId, anchor, ...returns })
    return { id, object: 'checkout.session', url: `${world.pagesUrl}/checkout/${id}` }
  })
  on('GET /v1/checkout/sessions', (form) => {
    const customer = customerOf(form)
    return list(
      [...world.checkouts.values()].filter((each) => each.customer === customer),
      '/v1/checkout/sessions',
    )
  })
  on('POST /v1/checkout/sessions/:id/expire', (_, id) => {
    if (!world.checkouts.delete(id)) throw new FakeRefusal(400, 'Only Checkout Sessions that are open can be expired')
    return { id, object: 'checkout.session', status: 'expired' }
  })
  on('POST /v1/billing_portal/sessions', (form) => {
    const id = world.newId('bps')
    world.portals.set(id, { customer: customerOf(form), returnUrl: textOf(form, 'return_url') ?? '' })
    return { id, object: 'billing_portal.session', url: `${world.pagesUrl}/portal/${id}` }
  })
  on('POST /v1/subscriptions/:id', (form, id) => world.setEnding(id, textOf(form, 'cancel_at_period_end') === 'true'))
  on('GET /v1/subscriptions', (form) => {
    const customer = customerOf(form)
    return list(
      world.subscriptions.filter((each) => each.customer === customer),
      '/v1/subscriptions',
    )
  })
  on('GET /v1/invoices', (form) => {
    const customer = customerOf(form)
    return list(world.invoices.filter((each) => each.customer === customer).toReversed(), '/v1/invoices')
  })
  on('GET /v1/billing/meters', () =>
    list(
      [{ id: 'mtr_devices', object: 'billing.meter', event_name: fakeMeterEvent, status: 'active' }],
      '/v1/billing/meters',
    ),
  )
  on('GET /v1/billing/meters/:id/event_summaries', (form) => {
    const [from, to] = [Number(textOf(form, 'start_time')), Number(textOf(form, 'end_time'))]
    const value = world.usage(customerOf(form), from, to)
    const found = value === null ? [] : [{ object: 'billing.meter_event_summary', aggregated_value: value }]
    return list(found, '/v1/billing/meters/mtr_devices/event_summaries')
  })
  on('POST /v1/billing/meter_events', (form) => {
    const payload = partOf(form, 'payload')
    const customer = textOf(payload, 'stripe_customer_id') ?? ''
    if (textOf(form, 'event_name') !== fakeMeterEvent) throw new FakeRefusal(400, 'No such meter')
    const event = {
      customer,
      identifier: textOf(form, 'identifier') ?? '',
      timestamp: Number(textOf(form, 'timestamp')),
    }
    world.meter({ ...event, value: Number(textOf(payload, 'value')) })
    return { object: 'billing.meter_event', ...event }
  })
  on('GET /v1/events', (form) => {
    const since = Number(textOf(partOf(form, 'created'), 'gte') ?? 0)
    return list(world.events.filter(({ created }) => created >= since).toReversed(), '/v1/events')
  })

  addPages(app, world)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  world.pagesUrl = url
  let taken = 0
  let delivered = Promise.resolve()
  const refused: string[] = []
  return {
    world,
    url,
    /** The webhooks of what happened since the last call, in order, signed as of now. Bring them twice, in another order, or not at all. */
    takeWebhooks(secret: string = fakeSecrets[0]): Webhook[] {
      const fresh = world.events.slice(taken)
      taken = world.events.length
      return fresh.map((event) => signWebhook(event, world.now, secret))
    },
    /** From now on brings each event to this address by itself when it has happened, one after the other. */
    deliverTo(address: string): void {
      world.onEvent = (event) => {
        const bring = async () => {
          // Signed as of when it is brought, which may be long after.
          const { body, signature } = signWebhook(event, world.now, fakeSecrets[0])
          const headers = { 'stripe-signature': signature, 'content-type': 'application/json; charset=utf-8' }
          const { status } = await fetch(address, { method: 'POST', headers, body })
          if (status !== 200) refused.push(`${event.type}: ${status}`)
        }
        delivered = delivered.then(bring).catch((error: unknown) => void refused.push(`${event.type}: ${error}`))
      }
    },
    /** Waits until everything was brought: answers what was not taken. */
    async whenDelivered(): Promise<string[]> {
      await delivered
      return refused
    },
    stop: () => app.close(),
  }
}
export type StripeFake = Awaited<ReturnType<typeof startStripeFake>>

/** A webhook as Stripe signs it: `timestamp` in seconds. */
export function signWebhook(event: FakeEvent, timestamp: number, secret: string): Webhook {
  const payload = JSON.stringify(event)
  const { webhooks } = new Stripe('sk_test_fake')
  return { body: payload, signature: webhooks.generateTestHeaderString({ payload, secret, timestamp }) }
}
