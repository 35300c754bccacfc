import { vi } from 'vitest'
import { POST } from '../../../app/api/stripe/webhook/route.ts'
import { connectMail } from '../../mail/gateway.ts'
import { startRolloutWorld } from '../../rollouts/testing.ts'
import { connectStripe } from '../stripe-connection.ts'
import { fakeMeterEvent, fakeSecrets, startStripeFake, type Webhook } from './stripe-fake/stripe-fake.ts'

/** Where Stripe sends people back to. */
export const returnPath = '/m/northfold/settings/billing'

/** A world of devices whose companies pay at a fake of Stripe. One a test file. */
export async function startPayingWorld(at: Date) {
  const world = await startRolloutWorld()
  let fake = await startStripeFake(at)
  connectMail({ url: undefined, from: 'x', publicUrl: 'https://console.example' })
  const connect = () =>
    connectStripe({
      secretKey: 'sk_test_fake',
      webhookSecrets: fakeSecrets,
      priceId: 'price_devices',
      meterEventName: fakeMeterEvent,
      apiBase: fake.url,
    })
  connect()
  return {
    world,
    get fake() {
      return fake
    },
    /** Another account of Stripe, in which nothing has happened yet. */
    async beginAnew(from: Date): Promise<void> {
      await fake.stop()
      fake = await startStripeFake(from)
      connect()
    },
    async makeMsp(trialEndsAt: Date): Promise<string> {
      const slug = crypto.randomUUID()
      const [row] = await world.door.factories.across`insert into msps (slug, name, created_at, trial_ends_at)
        values (${slug}, 'Northfold', now(), ${trialEndsAt}) returning id`
      return row?.id
    },
    /** The person finishes the newest Checkout. */
    finishCheckout: () => fake.world.finishCheckout([...fake.world.checkouts.keys()].at(-1) ?? ''),
    async stop(): Promise<void> {
      connectStripe(null)
      await fake.stop()
      await world.stop()
    },
  }
}
export type PayingWorld = Awaited<ReturnType<typeof startPayingWorld>>

/** Brings a webhook to the address that Stripe calls, when it is `at` there: answers the status. */
export async function bringWebhook({ body, signature }: Webhook, at: Date): Promise<number> {
  const headers = { 'stripe-signature': signature, 'content-type': 'application/json; charset=utf-8' }
  const request = new Request('http://127.0.0.1/api/stripe/webhook', { method: 'POST', body, headers })
  // The route has the clock of the machine; its time-outs go on.
  vi.useFakeTimers({ toFake: ['Date'], now: at })
  try {
    return (await POST(request)).status
  } finally {
    vi.useRealTimers()
  }
}
