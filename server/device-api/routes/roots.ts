import type { FastifyInstance } from 'fastify'
import { doorPaths, type RootsAnswer } from '../../../agent/wire/door.ts'
import { rootsRequestSchema } from '../../../agent/wire/schema.ts'
import { ingest } from '../../ingest.ts'
import { refuseReplay } from '../authenticate.ts'
import type { Door } from '../door.ts'
import { addSignedRoute } from '../signed-route.ts'

/** `POST /v1/roots`: which root of the signing keys a device has pinned, and those that follow it. */
export function rootsRoute(server: FastifyInstance, door: Door): void {
  addSignedRoute(server, door, {
    path: doorPaths.roots,
    schema: rootsRequestSchema,
    bodyLimitBytes: 4 * 1024,
    mayUseSession: true,
    handle: async ({ caller, body }): Promise<RootsAnswer> => {
      const { deviceId, counter } = caller
      const row = await door.batches.useCounter({ deviceId, counter })
      await refuseReplay(caller, row?.is_fresh)
      const at = door.now()
      await ingest('note-root', { at, deviceId, version: body.after, refusal: body.refusal })
      const later = await ingest('signing-roots', { after: body.after })
      return { serverTime: at.toISOString(), roots: later.flatMap(({ envelope }) => envelope ?? []) }
    },
  })
}
