import { pino } from 'pino'
import { rootCause } from '../database-error.ts'
import { sayOutage } from './translate-error.ts'

const log = pino({ name: 'web' })

/** The answer of a route that is no procedure when the database is gone or too slow: 503 with a sentence. Throws whatever else went wrong. */
export function answerFailure(error: unknown): Response {
  const outage = sayOutage(error)
  if (!(error instanceof Error) || !outage) throw error
  log.error({ err: rootCause(error) }, 'a route did not reach the database')
  return new Response(`${outage}\n`, { status: 503, headers: { 'cache-control': 'no-store' } })
}
