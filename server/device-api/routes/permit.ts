import type { FastifyInstance } from 'fastify'
import { doorPaths, type PermitAnswer, type PermitDenial } from '../../../agent/wire/door.ts'
import { permitRequestSchema } from '../../../agent/wire/schema.ts'
import { refuseReplay } from '../authenticate.ts'
import type { Door } from '../door.ts'
import { addSignedRoute } from '../signed-route.ts'

const sentences: Record<PermitDenial, string> = {
  paused: 'The rollout, or every change of the company, is paused.',
  stopped: 'This patch is stopped.',
  superseded: 'A newer decision took the place of this order.',
  'window-closed': 'The maintenance window is closed.',
  'not-enough-time': 'Not enough time is left in the maintenance window.',
  expired: 'The order has expired.',
  'no-evaluator': 'The service is not watching its gates at the moment.',
  'device-cap': 'As many devices as may in one hour have started.',
  'unknown-order': 'This device has no such order.',
}
const retryAfterMs: Record<PermitDenial, number> = {
  paused: 15_000,
  stopped: 60_000,
  superseded: 0,
  'window-closed': 60_000,
  'not-enough-time': 60_000,
  expired: 0,
  'no-evaluator': 15_000,
  'device-cap': 60_000,
  'unknown-order': 60_000,
}

/** `POST /v1/permit`: may this order start now? Asked last, answered from the rows of this moment. */
export function permitRoute(server: FastifyInstance, door: Door): void {
  addSignedRoute(server, door, {
    path: doorPaths.permit,
    schema: permitRequestSchema,
    bodyLimitBytes: 8 * 1024,
    mayUseSession: false,
    handle: async ({ caller, body }): Promise<PermitAnswer> => {
      const { deviceId, counter } = caller
      const row = await door.batches.permit({ deviceId, counter, orderId: body.orderId })
      await refuseReplay(caller, row?.is_fresh)
      const serverTime = door.now().toISOString()
      if (row?.valid_until) return { serverTime, permit: true, validUntil: row.valid_until.toISOString() }
      const denial = toDenial(row?.denial)
      // Short intervals of check-in mean a lab or a test: waiting follows them.
      const retryMs = Math.min(retryAfterMs[denial], door.checkInMs)
      return { serverTime, permit: false, denial, message: sentences[denial], retryAfterMs: retryMs }
    },
  })
}

function toDenial(text: string | null | undefined): PermitDenial {
  for (const denial of Object.keys(sentences)) {
    // Object.keys forgets the key type of the table above.
    if (denial === text) return denial as PermitDenial
  }
  throw new Error(`door.permit answered an unknown denial: ${text}`)
}
