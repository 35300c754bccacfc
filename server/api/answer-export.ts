import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { pino } from 'pino'
import { z } from 'zod'
import { contextOf } from '../auth/contexts.ts'
import { findFullSession, type SessionRow } from '../auth/sessions.ts'
import { beginExport } from '../client-exports/begin-export.ts'
import { streamExport } from '../client-exports/stream-export.ts'
import type { Context } from '../context.ts'
import { rootCause } from '../database-error.ts'
import { DomainError, notFound } from '../errors.ts'
import { translateError } from './translate-error.ts'

const log = pino({ name: 'web' })

interface Asked {
  msp: string
  clientId: string
  findSignedIn(): Promise<SessionRow | null>
}

/** The HTTP door of a client's export. The right and the step-up are asked for once; then each page reads rights and session anew. */
export async function answerExport(request: Request, { msp, clientId, findSignedIn }: Asked): Promise<Response> {
  try {
    const site = request.headers.get('sec-fetch-site')
    if (site !== null && site !== 'same-origin' && site !== 'none')
      throw new DomainError('forbidden', 'This request did not come from a page of Patchward.')
    const signedIn = await findSignedIn()
    if (!signedIn) return say(401, 'Sign in to go on.')
    const ctx = await contextOf(signedIn, msp)
    if (!z.uuid().safeParse(clientId).success) throw notFound('This client')
    const { name, slug } = await beginExport(ctx, { clientId })
    const renew = async (): Promise<Context> => {
      const session = await findFullSession(signedIn.tokenHash, new Date())
      if (!session) throw new DomainError('forbidden', 'The session has ended.')
      const fresh = await contextOf(session, msp)
      // The proof was fresh when it began: a large export outlasts ten minutes.
      return fresh.actor.kind === 'person' ? { ...fresh, actor: { ...fresh.actor, provedAt: fresh.now } } : fresh
    }
    return new Response(streamExport({ id: clientId, name }, ctx.now, renew), {
      headers: {
        'content-type': 'application/zip',
        'content-disposition': `attachment; filename="patchward-${slug}-${ctx.now.toISOString().slice(0, 10)}.zip"`,
        'cache-control': 'private, no-store',
      },
    })
  } catch (cause) {
    const { error, isUnknown } = translateError(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }))
    if (isUnknown && cause instanceof Error) log.error({ err: rootCause(cause) }, 'an export could not be made')
    return say(getHTTPStatusCodeFromError(error), error.message)
  }
}

const say = (status: number, sentence: string) =>
  new Response(`${sentence}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-store' },
  })
