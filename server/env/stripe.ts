import { z } from 'zod'
import { isLoopbackHost } from '../auth/peer-address.ts'
import type { StripeSettings } from '../billing/stripe-connection.ts'

const word = z.string().min(1).optional()
/** How a process reaches Stripe: all of it or nothing. */
export const stripeShape = {
  STRIPE_SECRET_KEY: word,
  /** One, or while it is rotated two, separated by a comma. */
  STRIPE_WEBHOOK_SECRETS: word,
  STRIPE_PRICE_ID: word,
  STRIPE_METER_EVENT: z.string().min(1).default('devices'),
  STRIPE_API_BASE: z
    .url({ protocol: /^http$/, error: 'must be an http:// address of this machine' })
    .refine((url) => isLoopbackHost(URL.parse(url)?.host ?? ''), 'must be an http:// address of this machine')
    .optional(),
}
type StripeEnv = z.infer<z.ZodObject<typeof stripeShape>>

/** Null without keys: nobody is asked for money. Half of them fails the start. */
export function stripeOf(process_: string, env: StripeEnv): StripeSettings | null {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRETS: secrets, STRIPE_PRICE_ID: priceId } = env
  if (!secretKey && !secrets && !priceId) return null
  const webhookSecrets =
    secrets
      ?.split(',')
      .map((each) => each.trim())
      .filter(Boolean) ?? []
  if (!secretKey || !priceId || webhookSecrets.length === 0 || webhookSecrets.length > 2)
    throw new Error(
      `${process_} cannot start: STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS (one or two) and STRIPE_PRICE_ID are set together or not at all`,
    )
  return { secretKey, webhookSecrets, priceId, meterEventName: env.STRIPE_METER_EVENT, apiBase: env.STRIPE_API_BASE }
}
