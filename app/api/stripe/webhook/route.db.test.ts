import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { maxBodyBytes } from '@/server/api/check-request'
import { connectStripe } from '@/server/billing/stripe-connection'
import { fakeSecrets, signWebhook } from '@/server/billing/testing/stripe-fake/stripe-fake'
import { startTestConsole, type TestDoor } from '@/server/device-api/testing'
import { POST } from './route.ts'

const settings = {
  secretKey: 'sk_test_fake',
  webhookSecrets: fakeSecrets,
  priceId: 'price_devices',
  meterEventName: 'devices',
  // Nobody listens there: whoever asks Stripe before answering fails.
  apiBase: 'http://127.0.0.1:9',
}
let door: TestDoor
beforeAll(async () => {
  door = await startTestConsole()
})
beforeEach(() => connectStripe(settings))
afterAll(async () => {
  connectStripe(null)
  await door?.stop()
})

const event = (id: string, customer: unknown = 'cus_1') => ({
  ...{ id, object: 'event' as const, api_version: '2026-10-28.endive', type: 'invoice.paid', created: 1_790_000_000 },
  data: { object: { object: 'invoice', customer } },
})
const seconds = () => Math.floor(Date.now() / 1000)
const post = (body: string | Uint8Array<ArrayBuffer>, signature?: string) =>
  POST(
    new Request('http://127.0.0.1/api/stripe/webhook', {
      method: 'POST',
      body,
      headers: signature === undefined ? {} : { 'stripe-signature': signature },
    }),
  )
const stored = async () =>
  (await door.factories.across`select id, customer_id, applied_at from stripe_events order by id`).map((row) => ({
    ...row,
  }))

test('what either secret signed is noted once, and Stripe is not asked before the answer', async () => {
  for (const [id, secret] of [
    ['evt_a', fakeSecrets[0]],
    ['evt_b', fakeSecrets[1]],
    ['evt_a', fakeSecrets[1]],
  ] as const) {
    const { body, signature } = signWebhook(event(id), seconds(), secret)
    expect((await post(body, signature)).status).toBe(200)
  }
  const row = { customer_id: 'cus_1', applied_at: null }
  expect(await stored()).toEqual([
    { id: 'evt_a', ...row },
    { id: 'evt_b', ...row },
  ])
})

test('what an attacker sends is refused, and nothing is stored', async () => {
  const before = await stored()
  const good = signWebhook(event('evt_c'), seconds(), fakeSecrets[0])
  const late = signWebhook(event('evt_c'), seconds() - 301, fakeSecrets[0])
  const other = signWebhook(event('evt_c'), seconds(), 'whsec_of_somebody')
  const refused: [string, string | Uint8Array<ArrayBuffer>, string | undefined][] = [
    ['no signature', good.body, undefined],
    ['an empty one', good.body, ''],
    ['one that says nothing', good.body, 'v1=,t='],
    ['one of another body', `${good.body} `, good.signature],
    ['one byte of the body is another', good.body.replace('evt_c', 'evt_d'), good.signature],
    ['a secret of somebody', other.body, other.signature],
    ['a recorded one, five minutes on', late.body, late.signature],
    ['a body that is no text', new Uint8Array([0xff, 0xfe, 0]), good.signature],
    ['no body', '', good.signature],
  ]
  for (const [what, body, signature] of refused) expect((await post(body, signature)).status, what).toBe(400)
  expect((await post('x'.repeat(maxBodyBytes + 1), good.signature)).status).toBe(413)
  expect(await stored()).toEqual(before)
})

test('an event of no customer, or with the customer written out, is noted too', async () => {
  for (const [id, customer] of [
    ['evt_e', null],
    ['evt_f', { id: 'cus_2', object: 'customer' }],
  ] as const) {
    const { body, signature } = signWebhook(event(id, customer), seconds(), fakeSecrets[0])
    expect((await post(body, signature)).status).toBe(200)
  }
  expect((await stored()).map(({ id, customer_id }) => [id, customer_id])).toEqual(
    expect.arrayContaining([
      ['evt_e', null],
      ['evt_f', 'cus_2'],
    ]),
  )
})

test('without keys there is no such address', async () => {
  const { body, signature } = signWebhook(event('evt_g'), seconds(), fakeSecrets[0])
  connectStripe(null)
  expect((await post(body, signature)).status).toBe(404)
})
