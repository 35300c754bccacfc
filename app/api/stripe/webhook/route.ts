import { answerFailure } from '@/server/api/answer-failure'
import { readLimitedBody } from '@/server/api/check-request'
import { isStripeConnected } from '@/server/billing/stripe-connection'
import { takeEvent } from '@/server/billing/take-event'

/** Stripe says that something changed: noted and answered at once. Who it is from is proved by the signature over the body as it came. */
export async function POST(request: Request): Promise<Response> {
  if (!isStripeConnected()) return new Response('not found\n', { status: 404 })
  const signature = request.headers.get('stripe-signature')
  if (!signature) return new Response('not signed\n', { status: 400 })
  try {
    const body = await readLimitedBody(request.body)
    if (!body) return new Response('too large\n', { status: 413 })
    const isTaken = await takeEvent(new TextDecoder().decode(body), signature, new Date())
    return isTaken ? new Response('ok\n') : new Response('not signed by a secret of ours\n', { status: 400 })
  } catch (error) {
    return answerFailure(error)
  }
}
