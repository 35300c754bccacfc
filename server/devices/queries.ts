import { eq } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import type { Tx } from '../access.ts'
import { notFound } from '../errors.ts'

export type DeviceRow = typeof devices.$inferSelect

/** One device of the tenant, or *not found*. */
export async function getDeviceRow(tx: Tx, deviceId: string): Promise<DeviceRow> {
  const [row] = await tx.select().from(devices).where(eq(devices.id, deviceId))
  if (!row) throw notFound('This device')
  return row
}
