import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { DoorError as DoorErrorBody, DoorErrorCode } from '../../agent/wire/door.ts'
import { errorCode } from '../database-error.ts'
import { DatabaseUnavailable } from '../ingest.ts'

const statusOf: Record<DoorErrorCode, number> = {
  malformed: 400,
  'too-large': 413,
  unauthenticated: 401,
  'clock-skew': 401,
  replayed: 401,
  'unknown-device': 401,
  'token-refused': 403,
  'rate-limited': 429,
  'not-found': 404,
  unavailable: 503,
  internal: 500,
}

/** What the door says instead of an answer. `retryAfterMs` becomes the Retry-After header. */
export class DoorError extends Error {
  readonly code: DoorErrorCode
  readonly status: number
  readonly retryAfterMs: number | undefined
  readonly counterHigh: number | undefined

  constructor(
    code: DoorErrorCode,
    message: string,
    more: { status?: number; retryAfterMs?: number; counterHigh?: number } = {},
  ) {
    super(message)
    this.code = code
    this.status = more.status ?? statusOf[code]
    this.retryAfterMs = more.retryAfterMs
    this.counterHigh = more.counterHigh
  }
}

/** One text for every reason, so that an answer does not tell which device ids exist. */
export const unauthenticated = () => new DoorError('unauthenticated', 'This request is not signed by a known device.')
export const databaseGone = () =>
  new DoorError('unavailable', 'The service cannot reach its database. Try again later.', { retryAfterMs: 5_000 })

/** Turns whatever was thrown into a `DoorError`; never carries SQL, a path or a stack. */
export function toDoorError(error: unknown): DoorError {
  if (error instanceof DoorError) return error
  if (error instanceof DatabaseUnavailable) return databaseGone()
  const code = errorCode(error)
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new DoorError('too-large', 'The request body is too large.')
  if (code.startsWith('FST_ERR_CTP_INVALID_MEDIA_TYPE')) {
    return new DoorError('malformed', 'The request body must be application/json.', { status: 415 })
  }
  // What the schema let through and the database cannot hold is the sender's fault (SQLSTATE class 22: data exception).
  if (/^22...$/.test(code)) return new DoorError('malformed', 'The request holds a value that cannot be stored.')
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status >= 400 && status < 500) return new DoorError('malformed', 'The request is malformed.', { status })
  return new DoorError('internal', 'The service failed. It has been noted.')
}

export function errorBody(error: DoorError, now: Date): DoorErrorBody {
  const { code, message, counterHigh } = error
  return {
    error: { code, message, ...(counterHigh === undefined ? {} : { counterHigh }) },
    serverTime: now.toISOString(),
  }
}

/** The one error handler of the door. */
export function makeErrorHandler(now: () => Date, count: (code: DoorErrorCode) => void) {
  return (thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
    const error = toDoorError(thrown)
    count(error.code)
    if (error.code === 'internal') request.log.error({ err: thrown, url: request.url }, 'request failed')
    if (error.retryAfterMs) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000))
    return reply.code(error.status).send(errorBody(error, now()))
  }
}
