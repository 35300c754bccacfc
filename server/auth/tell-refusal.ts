import { pino } from 'pino'
import { rootCause } from '../database-error.ts'
import { authDatabase } from './store.ts'
import { tellMsps } from './tell-msps.ts'
import type { Visit } from './visit.ts'

const log = pino({ name: 'sign-in' })

/**
 * Writes down that somebody was refused in a person's name. Nobody waits for it: the answer for people who exist would take longer than
 * the answer for those who do not.
 */
export function tellRefusal(userId: string, reason: string, visit: Visit): void {
  const event = { userId, at: visit.now, reason, details: { address: visit.address } }
  tellMsps(authDatabase(), { ...event, action: 'session:refuse', outcome: 'denied' }).catch((error: Error) =>
    log.error({ err: rootCause(error) }, 'a refused sign-in could not be written down'),
  )
}
