import { eq, sql } from 'drizzle-orm'
import { deviceEvents, devices } from '../../db/schema/devices.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import type { Reach } from '../proposals/rules.ts'
import { lockIdleDevice } from './lock-idle-device.ts'
import { type DeviceRow, deviceChange, getDeviceRow } from './queries.ts'
import { isRetiredReason } from './rules.ts'
import type { RetireDevice } from './schema.ts'

export interface CheckedRetirement {
  input: RetireDevice
  device: DeviceRow
}

/** The device, locked and idle; see `lockIdleDevice`. */
export async function checkRetirement(tx: Tx, ctx: Context, input: RetireDevice): Promise<CheckedRetirement> {
  return { input, device: await lockIdleDevice(tx, ctx, input.deviceId) }
}

export const retirementReach = (device: DeviceRow): Reach[] => [{ clientId: device.clientId, devices: 1 }]

/** For lists: locks nothing, and does not ask whether the device is idle. */
export async function findRetirementReach(tx: Tx, { deviceId }: RetireDevice): Promise<Reach[]> {
  const device = await getDeviceRow(tx, deviceId)
  if (device.retiredAt) throw notAllowedNow(isRetiredReason)
  return retirementReach(device)
}

/** Takes it out of service. `by` is who did, in words. */
export async function applyRetirement(
  tx: Tx,
  ctx: Context,
  { input, device }: CheckedRetirement,
  by: string,
): Promise<Change[]> {
  await tx.execute(sql`select door.release_device(${ctx.now.toISOString()}::timestamptz, ${ctx.mspId}::uuid, ${device.id}::uuid,
    'The device was retired')`)
  await tx.update(devices).set({ retiredAt: ctx.now }).where(eq(devices.id, device.id))
  await tx.insert(deviceEvents).values({
    mspId: ctx.mspId,
    clientId: device.clientId,
    deviceId: device.id,
    at: ctx.now,
    kind: 'retired',
    summary: `Retired by ${by}`,
  })
  return [{ ...deviceChange(device, { retired: true }), reason: input.reason }]
}
