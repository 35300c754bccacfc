import { z } from 'zod'
import { answerFailure } from '@/server/api/answer-failure'
import { contextOf, type Proof } from '@/server/auth/contexts'
import { findSignedIn } from '@/server/auth/session'
import { findFullSession } from '@/server/auth/sessions'
import type { Context } from '@/server/context'
import { DomainError } from '@/server/errors'
import { isStopping, openLiveStream } from '@/server/live/hub'
import type { LiveStream } from '@/server/live/live-stream'

export const dynamic = 'force-dynamic'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // `no-transform` and the last one: neither compressed nor gathered on the way.
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  // The connection ends with the stream: kept alive, it would hold up a process that stops.
  connection: 'close',
}
/** A browser that reads this far behind is cut off; it comes again and reads everything anew. */
const maxBehindBytes = 64 * 1024
/** `?age=`: how many milliseconds ago the browser asked for what its page shows. */
const ageSchema = z.coerce.number().int().positive().catch(Number.POSITIVE_INFINITY)

/** The browser's one live stream of an MSP: which topics changed, under the rights of who listens. */
export async function GET(request: Request, { params }: RouteContext<'/api/m/[msp]/events'>): Promise<Response> {
  if (isStopping())
    return new Response('This process is stopping.\n', { status: 503, headers: { connection: 'close' } })
  try {
    return await open(request, (await params).msp)
  } catch (error) {
    return answerFailure(error)
  }
}

async function open(request: Request, msp: string): Promise<Response> {
  const signedIn = await findSignedIn({ isActivity: false })
  if (!signedIn) return new Response('Sign in to go on.\n', { status: 401 })
  const scope = await listenerOf(signedIn, msp).catch((error: unknown) => {
    if (error instanceof DomainError) return null
    throw error
  })
  if (!scope) return new Response('This page was not found\n', { status: 404 })

  const recheck = async () => {
    const session = await findFullSession(signedIn.tokenHash, new Date())
    return session ? listenerOf(session, msp) : null
  }
  // Without an age that makes sense the page counts as very old: it reads anew.
  const ageMs = ageSchema.parse(new URL(request.url).searchParams.get('age'))
  let stream: LiveStream | undefined
  let isCancelled = false
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const options = {
          scope,
          recheck,
          write(text: string) {
            controller.enqueue(encoder.encode(text))
            if ((controller.desiredSize ?? 0) <= 0) stream?.end()
          },
          onEnd() {
            if (!isCancelled) controller.close()
          },
        }
        stream = openLiveStream(signedIn, options, ageMs)
        if (request.signal.aborted) stream.end()
        else request.signal.addEventListener('abort', () => stream?.end())
      },
      cancel() {
        isCancelled = true
        stream?.end()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: maxBehindBytes }),
  )
  return new Response(body, { headers })
}

/** Who may hear it: whoever has the console. A client manager's page does not move by itself. */
async function listenerOf(signedIn: Proof, msp: string): Promise<Context | null> {
  const ctx = await contextOf(signedIn, msp)
  return ctx.permissions.has('overview:read') ? ctx : null
}
