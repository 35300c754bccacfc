import { pino } from 'pino'
import { isLostConnection, rootCause } from '../database-error.ts'
import { unavailable } from './translate-error.ts'

const log = pino({ name: 'web' })

/** The answer of a route that is no procedure when the database is gone: 503 with a sentence. Throws whatever else went wrong. */
export function answerFailure(error: unknown): Response {
  if (!(error instanceof Error) || !isLostConnection(error)) throw error
  log.error({ err: rootCause(error) }, 'a route did not reach the database')
  return new Response(`${unavailable}\n`, { status: 503, headers: { 'cache-control': 'no-store' } })
}
