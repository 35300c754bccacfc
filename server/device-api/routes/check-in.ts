import type { FastifyInstance } from 'fastify'
import { type CheckInAnswer, doorPaths } from '../../../agent/wire/door.ts'
import { checkInRequestSchema } from '../../../agent/wire/schema.ts'
import { type Caller, hourOf, refuseReplay } from '../authenticate.ts'
import type { Door } from '../door.ts'
import { addSignedRoute } from '../signed-route.ts'

/** `POST /v1/check-in`: alive, and which sections the door wants to see again. */
export function checkInRoute(server: FastifyInstance, door: Door): void {
  addSignedRoute(server, door, {
    path: doorPaths.checkIn,
    schema: checkInRequestSchema,
    bodyLimitBytes: 4 * 1024,
    mayUseSession: true,
    handle: async ({ caller, body }): Promise<CheckInAnswer> => {
      const { deviceId, counter } = caller
      const row = await door.batches.checkIn({ deviceId, counter, ...body.hashes })
      await refuseReplay(caller, row?.is_fresh)
      const want: CheckInAnswer['want'] = []
      if (row?.want_facts) want.push('facts')
      if (row?.want_packages) want.push('packages')
      if (row?.want_missing) want.push('missing')
      const now = door.now()
      return {
        serverTime: now.toISOString(),
        checkInMs: door.checkInMs,
        jitterMs: door.jitterMs,
        want,
        hasOrders: row?.has_orders ?? false,
        ...(row?.root_version ? { rootVersion: row.root_version } : {}),
        ...(caller.isSigned ? { session: sessionOf(caller, now) } : {}),
      }
    },
  })
}

const hourMs = 3_600_000
/** The door takes a key during its hour and the next; the device is told less, so that its clock may be a little off. */
const spareMs = 10 * 60_000

function sessionOf(caller: Caller, now: Date): NonNullable<CheckInAnswer['session']> {
  const hour = hourOf(now.getTime())
  return {
    key: caller.credential.sessionKey(hour).export().toString('base64'),
    hour,
    expiresAt: new Date((hour + 2) * hourMs - spareMs).toISOString(),
  }
}
