import { and, eq } from 'drizzle-orm'
import { devicePlaces, devices } from '../../db/schema/devices.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import type { Context } from '../context.ts'
import { listHistory } from '../devices/list-history.ts'
import { notFound } from '../errors.ts'
import type { GetDeviceHistory } from './schema.ts'
import { seeArchived } from './see-archived.ts'

/** What happened to a device while it belonged to this client, for who may see this client: also when it is elsewhere now, and gone from sight. */
export function getLeftDevice(ctx: Context, input: GetDeviceHistory) {
  return read(ctx, 'device:read', async (tx) => {
    await seeArchived(tx)
    const [found] = await tx
      .select({ place: devicePlaces, clientName: clients.name, timeZone: clients.timeZone, hostName: devices.hostName })
      .from(devicePlaces)
      .innerJoin(clients, and(eq(clients.mspId, devicePlaces.mspId), eq(clients.id, devicePlaces.clientId)))
      .leftJoin(
        devices,
        and(
          eq(devices.mspId, devicePlaces.mspId),
          eq(devices.id, devicePlaces.deviceId),
          eq(devices.clientId, devicePlaces.clientId),
        ),
      )
      .where(and(eq(devicePlaces.clientId, input.clientId), eq(devicePlaces.deviceId, input.deviceId)))
    if (!found) throw notFound('This device')
    const { place, clientName, timeZone, hostName } = found
    return {
      asOf: ctx.now,
      zone: timeZone,
      client: { id: place.clientId, name: clientName },
      device: {
        id: place.deviceId,
        hostName: hostName ?? place.hostName,
        arrivedAt: place.arrivedAt,
        leftAt: place.leftAt,
      },
      history: await listHistory(tx, { id: place.deviceId, clientId: place.clientId, timeZone }),
    }
  })
}
