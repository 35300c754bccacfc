import { and, eq, isNull, sql } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import { devicePatches } from '../../db/schema/patches.ts'
import type { Tx } from '../access.ts'
import type { Reach } from '../proposals/rules.ts'
import { uuids } from '../uuid-array.ts'

interface Scope {
  patchId: string
  clients: 'all' | readonly string[]
  deviceId?: string | null
}

/** The devices that could get a patch once nothing in this scope keeps it from them: those that lack it, whatever else they wait for. */
export function findReach(tx: Tx, { patchId, clients, deviceId }: Scope): Promise<Reach[]> {
  return tx
    .select({ clientId: devicePatches.clientId, devices: sql<number>`count(*)::int` })
    .from(devicePatches)
    .innerJoin(devices, and(eq(devices.mspId, devicePatches.mspId), eq(devices.id, devicePatches.deviceId)))
    .where(
      and(
        eq(devicePatches.patchId, patchId),
        isNull(devicePatches.resolvedAt),
        isNull(devices.retiredAt),
        clients === 'all' ? undefined : sql`${devicePatches.clientId} = any (${uuids(clients)})`,
        deviceId ? eq(devicePatches.deviceId, deviceId) : undefined,
      ),
    )
    .groupBy(devicePatches.clientId)
}
