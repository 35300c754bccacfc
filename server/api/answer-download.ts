import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { pino } from 'pino'
import { contextOf } from '../auth/contexts.ts'
import { findFullSession, type SessionRow } from '../auth/sessions.ts'
import type { Context } from '../context.ts'
import { rootCause } from '../database-error.ts'
import { DomainError } from '../errors.ts'
import { translateError } from './translate-error.ts'

const log = pino({ name: 'web' })

export interface DownloadRequest {
  request: Request
  /** The MSP of the address. */
  msp: string
  findSignedIn(): Promise<SessionRow | null>
}
interface Download {
  body: ReadableStream<Uint8Array>
  type: string
  fileName: string
  /** How long the browser may show it again without asking; without it, never. */
  keepsForMs?: number
}

/**
 * Answers a file that is made while it is sent, under the rights of who asks. `renew` reads session and rights anew, for each page of it: a
 * session that ends, or a right that is taken, ends the file too. Refusals have the codes and sentences of the procedures.
 */
export async function answerDownload(
  { request, msp, findSignedIn }: DownloadRequest,
  make: (ctx: Context, renew: () => Promise<Context>) => Promise<Download>,
): Promise<Response> {
  try {
    const site = request.headers.get('sec-fetch-site')
    if (site !== null && site !== 'same-origin' && site !== 'none')
      throw new DomainError('forbidden', 'This request did not come from a page of Patchward.')
    const signedIn = await findSignedIn()
    if (!signedIn) return say(401, 'Sign in to go on.')
    const renew = async () => {
      const session = await findFullSession(signedIn.tokenHash, new Date())
      if (!session) throw new DomainError('forbidden', 'The session has ended.')
      return contextOf(session, msp)
    }
    const { body, type, fileName, keepsForMs } = await make(await contextOf(signedIn, msp), renew)
    return new Response(body, {
      headers: {
        'content-type': type,
        'content-disposition': `attachment; filename="${fileName}"`,
        'cache-control': keepsForMs ? `private, max-age=${keepsForMs / 1_000}` : 'private, no-store',
        'x-content-type-options': 'nosniff',
      },
    })
  } catch (cause) {
    const { error, isUnknown } = translateError(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }))
    if (isUnknown && cause instanceof Error) log.error({ err: rootCause(cause) }, 'a file could not be made')
    return say(getHTTPStatusCodeFromError(error), error.message)
  }
}

const say = (status: number, sentence: string) =>
  new Response(`${sentence}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-store' },
  })
