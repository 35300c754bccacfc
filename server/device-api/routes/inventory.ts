import type { FastifyInstance } from 'fastify'
import { doorPaths, type InventoryAnswer, type MissingSection } from '../../../agent/wire/door.ts'
import { inventoryRequestSchema } from '../../../agent/wire/schema.ts'
import { refuseReplay } from '../authenticate.ts'
import type { Door } from '../door.ts'
import { DoorError } from '../errors.ts'
import { withKnownZone } from '../known-zone.ts'
import { addSignedRoute } from '../signed-route.ts'
import { checkTimes } from '../times.ts'

/** `POST /v1/inventory`: the sections that changed, each whole. */
export function inventoryRoute(server: FastifyInstance, door: Door): void {
  addSignedRoute(server, door, {
    path: doorPaths.inventory,
    schema: inventoryRequestSchema,
    bodyLimitBytes: 8 * 1024 * 1024,
    mayUseSession: false,
    allow: async (deviceId, bytes) => {
      await door.limits.inventory.use(deviceId)
      await door.limits.inventoryBytes.use(deviceId, bytes)
    },
    handle: async ({ caller, body, bytes }): Promise<InventoryAnswer> => {
      checkTimes({ scannedAt: body.scannedAt, ...(body.facts ? { 'facts.bootedAt': body.facts.bootedAt } : {}) })
      if (body.missing && 'sets' in body.missing) checkSets(body.missing)
      const { deviceId, counter } = caller
      const stored = body.facts ? { ...body, facts: withKnownZone(body.facts) } : body
      const row = await door.batches.inventory({ deviceId, counter, body: stored, bytes })
      await refuseReplay(caller, row?.is_fresh)
      return { serverTime: door.now().toISOString() }
    },
  })
}

/** Each member of a set is an update of the list, and no update stands in two sets: else the plan would be ambiguous. */
export function checkSets({ updates, sets }: MissingSection): void {
  const names = new Set(
    updates.map(({ manager, name, version, architecture }) => [manager, name, version, architecture].join(' ')),
  )
  if (names.size !== updates.length) throw new DoorError('malformed', 'missing.updates: names an update twice')
  const taken = new Set<number>()
  for (const [place, { members }] of sets.entries()) {
    for (const member of members) {
      if (member >= updates.length || taken.has(member)) {
        throw new DoorError(
          'malformed',
          `missing.sets.${place}: member ${member} is not an update, or is in a set already`,
        )
      }
      taken.add(member)
    }
  }
}
