import { eq } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { notFound } from '../errors.ts'

export type DeviceRow = typeof devices.$inferSelect

/** One device of the tenant, or *not found*. `lock` for verbs that change it. */
export async function getDeviceRow(tx: Tx, deviceId: string, lock = false): Promise<DeviceRow> {
  const query = tx.select().from(devices).where(eq(devices.id, deviceId))
  const [row] = lock ? await query.for('update') : await query
  if (!row) throw notFound('This device')
  return row
}

/** The audit line of a verb over one device. */
export function deviceChange(device: DeviceRow, details: Record<string, unknown>): Change {
  return { clientId: device.clientId, subject: { kind: 'device', id: device.id, name: device.hostName }, details }
}
