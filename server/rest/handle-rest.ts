import { TRPCError } from '@trpc/server'
import { pino } from 'pino'
import { maxBodyBytes, readLimitedBody, tooLarge } from '../api/check-request.ts'
import { translateError } from '../api/translate-error.ts'
import type { Context } from '../context.ts'
import { rootCause } from '../database-error.ts'
import { describeRest } from './describe-rest.ts'
import { type RestRoute, routes } from './routes.ts'

const log = pino({ name: 'web' })

/** The HTTP status of each refusal, and its name in the answer. */
const statuses: Partial<Record<TRPCError['code'], [status: number, code: string]>> = {
  BAD_REQUEST: [400, 'invalid'],
  UNAUTHORIZED: [401, 'unauthorized'],
  FORBIDDEN: [403, 'forbidden'],
  PRECONDITION_REQUIRED: [403, 'forbidden'],
  NOT_FOUND: [404, 'not-found'],
  METHOD_NOT_SUPPORTED: [405, 'method-not-allowed'],
  CONFLICT: [409, 'conflict'],
  PRECONDITION_FAILED: [409, 'not-allowed-now'],
  PAYLOAD_TOO_LARGE: [413, 'too-large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'unsupported'],
  TOO_MANY_REQUESTS: [429, 'too-many'],
  SERVICE_UNAVAILABLE: [503, 'unavailable'],
}
/** Limits count by the minute; a database that comes back is reached again in seconds. */
const retryAfterS: Record<number, number> = { 429: 60, 503: 5 }

/**
 * The HTTP door of programs, `/api/v1/…`. Who asks is what `findCaller` makes of the request (null = nobody); no cookie is read here.
 * `parts` is the address below /api/v1.
 */
export async function handleRest(
  request: Request,
  parts: readonly string[],
  findCaller: () => Promise<Context | null>,
): Promise<Response> {
  try {
    // Says nothing about anybody, so that generators can fetch it.
    if (request.method === 'GET' && parts.join('/') === 'openapi.json') return answer(200, describeRest())
    const ctx = await findCaller()
    if (!ctx)
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Send a key that works: Authorization: Bearer pw_…' })
    const { route, inPath } = matchRoute(request.method, parts)
    const raw = route.method === 'GET' ? readQuery(request) : await readBody(request)
    for (const key of Object.keys(inPath))
      if (Object.hasOwn(raw, key))
        throw new TRPCError({ code: 'BAD_REQUEST', message: `${key}: stands in the address` })
    return answer(200, await route.answer(ctx, { ...raw, ...inPath }))
  } catch (error) {
    return refuse(error, request.method)
  }
}

function matchRoute(method: string, parts: readonly string[]): { route: RestRoute; inPath: Record<string, string> } {
  const here = routes.flatMap((route) => {
    const inPath = matchPath(route.path, parts)
    return inPath ? [{ route, inPath }] : []
  })
  const found = here.find(({ route }) => route.method === method)
  if (found) return found
  const methods = here.map(({ route }) => route.method).join(', ')
  if (methods) throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED', message: `Only ${methods} is understood here.` })
  throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such address. See /api/v1/openapi.json.' })
}

/** What stands in the places of the names, or null when the address is another. */
function matchPath(path: string, parts: readonly string[]): Record<string, string> | null {
  const pattern = path.slice(1).split('/')
  if (pattern.length !== parts.length) return null
  const inPath: Record<string, string> = {}
  for (const [place, part] of pattern.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    const given = parts[place] ?? ''
    if (name) inPath[name] = given
    else if (part !== given) return null
  }
  return inPath
}

function readQuery(request: Request): Record<string, unknown> {
  const { searchParams } = new URL(request.url)
  for (const key of searchParams.keys())
    if (searchParams.getAll(key).length > 1)
      throw new TRPCError({ code: 'BAD_REQUEST', message: 'A part of the query stands there twice.' })
  return Object.fromEntries(searchParams)
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json' || (request.headers.get('content-encoding') ?? 'identity') !== 'identity')
    throw new TRPCError({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'The body must be application/json, not compressed.',
    })
  const isLarge = Number(request.headers.get('content-length') ?? 0) > maxBodyBytes
  const bytes = isLarge ? null : await readLimitedBody(request.body)
  if (bytes === null) throw new TRPCError({ code: 'PAYLOAD_TOO_LARGE', message: tooLarge.message })
  try {
    const body: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  } catch {
    // Said below, as for any other text that is no object.
  }
  throw new TRPCError({ code: 'BAD_REQUEST', message: 'The body must be one JSON object.' })
}

/** The same sentences as in the console; what nobody foresaw is in the log and nowhere else. */
function refuse(thrown: unknown, method: string): Response {
  const cause = thrown instanceof Error ? thrown : new Error(String(thrown))
  const asked = thrown instanceof TRPCError ? thrown : new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause })
  const { error, isUnknown } = translateError(asked)
  if (isUnknown) log.error({ err: rootCause(asked), method }, 'a request of a program failed')
  const [status, code] = statuses[error.code] ?? [500, 'internal']
  const response = answer(status, { error: { code, message: error.message } })
  if (status === 401) response.headers.set('www-authenticate', 'Bearer')
  const waitS = retryAfterS[status]
  if (waitS) response.headers.set('retry-after', String(waitS))
  return response
}

function answer(status: number, body: unknown): Response {
  return Response.json(body, {
    status,
    headers: { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' },
  })
}
