/* How a process reaches Stripe, apart from the one file that does: who asks only whether there are keys loads no SDK. */

export interface StripeSettings {
  secretKey: string
  /** The secret of the webhook; while it is rotated there are two. */
  webhookSecrets: readonly string[]
  /** The metered price that every company pays. */
  priceId: string
  /** What the events of its meter are called. */
  meterEventName: string
  /** Another address than Stripe's: for tests. */
  apiBase?: string
}

// Next bundles server code more than once; what a process was given lies where every copy finds it.
const shared = globalThis as { patchwardStripe?: StripeSettings }

/** Says how Stripe is reached, or that it is not. Called once, by the process entry; it opens no connection. */
export function connectStripe(settings: StripeSettings | null): void {
  shared.patchwardStripe = settings ?? undefined
}

/** Null without keys: nobody is asked for money, and nothing ends. */
export const stripeSettings = (): StripeSettings | null => shared.patchwardStripe ?? null
export const isStripeConnected = (): boolean => stripeSettings() !== null
