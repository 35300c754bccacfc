import type { FastifyInstance, FastifyRequest } from 'fastify'
import { doorPaths } from '../../../agent/wire/door.ts'
import { pollRequestSchema } from '../../../agent/wire/schema.ts'
import { refuseReplay } from '../authenticate.ts'
import type { Door } from '../door.ts'
import { addSignedRoute } from '../signed-route.ts'

/** `POST /v1/poll`: orders now, or as soon as there are any within `waitMs`. */
export function pollRoute(server: FastifyInstance, door: Door): void {
  addSignedRoute(server, door, {
    path: doorPaths.poll,
    schema: pollRequestSchema,
    bodyLimitBytes: 8 * 1024,
    mayUseSession: true,
    handle: async ({ caller, body, request }) => {
      const { deviceId, counter } = caller
      const row = await door.batches.useCounter({ deviceId, counter })
      await refuseReplay(caller, row?.is_fresh)
      const orders = await waitForOrders(door, request, deviceId, body.waitMs)
      return { serverTime: door.now().toISOString(), orders }
    },
  })
}

async function waitForOrders(
  door: Door,
  request: FastifyRequest,
  deviceId: string,
  waitMs: number,
): Promise<unknown[]> {
  const { socket } = request.raw
  if (socket.destroyed) return []
  // Held before the first look: an order that is signed in between wakes this poll too.
  const held = door.polls.hasRoom() && waitMs > 0 ? door.polls.wait(deviceId, waitMs, () => socket.destroyed) : null
  if (held) socket.once('close', held.leave)
  try {
    const ready = await door.batches.lease({ deviceId })
    if (ready || !held) return ready ?? []
    return await held.orders
  } finally {
    if (held) {
      held.leave()
      socket.off('close', held.leave)
    }
  }
}
