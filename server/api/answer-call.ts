import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { pino } from 'pino'
import type { z } from 'zod'
import { rootCause } from '../database-error.ts'
import { checkRequest, readLimitedBody, tooLarge } from './check-request.ts'
import { translateError } from './translate-error.ts'

const log = pino({ name: 'web' })

/** A POST of our own pages that is no procedure: the same checks before, the same sentences after, as plain JSON. */
export async function answerCall<T extends z.ZodType>(
  request: Request,
  schema: T,
  work: (input: z.output<T>) => Promise<unknown>,
): Promise<Response> {
  const refusal = checkRequest(request.method, request.headers)
  if (refusal) return answer(refusal.status, { error: { code: 'BAD_REQUEST', message: refusal.message } })
  const body = await readLimitedBody(request.body)
  if (body === null) return answer(tooLarge.status, { error: { code: 'BAD_REQUEST', message: tooLarge.message } })
  try {
    return answer(200, await work(schema.parse(parseJson(body))))
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown : new Error(String(thrown))
    const asked = thrown instanceof TRPCError ? thrown : new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause })
    const { error, isUnknown } = translateError(asked)
    if (isUnknown) log.error({ err: rootCause(asked), path: new URL(request.url).pathname }, 'a call failed')
    return answer(getHTTPStatusCodeFromError(error), { error: { code: error.code, message: error.message } })
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new TRPCError({ code: 'BAD_REQUEST', message: 'The request could not be read.' })
  }
}

const answer = (status: number, body: unknown) =>
  Response.json(body, { status, headers: { 'cache-control': 'private, no-store' } })
