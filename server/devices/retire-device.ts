import { eq, sql } from 'drizzle-orm'
import { deviceEvents, devices } from '../../db/schema/devices.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { lockIdleDevice } from './lock-idle-device.ts'
import { deviceChange } from './queries.ts'
import type { RetireDevice } from './schema.ts'

/**
 * Takes a device out of service for good: out of every count, no order any more, and the door refuses it within a minute. Its history stays. A
 * machine that comes back is enrolled anew.
 */
export function retireDevice(ctx: Context, input: RetireDevice): Promise<void> {
  return perform(ctx, 'device:retire', async (tx) => {
    const device = await lockIdleDevice(tx, ctx, input.deviceId)
    await tx.execute(sql`select door.release_device(${ctx.now.toISOString()}::timestamptz, ${ctx.mspId}::uuid, ${device.id}::uuid,
      'The device was retired')`)
    await tx.update(devices).set({ retiredAt: ctx.now }).where(eq(devices.id, device.id))
    await tx.insert(deviceEvents).values({
      mspId: ctx.mspId,
      clientId: device.clientId,
      deviceId: device.id,
      at: ctx.now,
      kind: 'retired',
      summary: `Retired by ${actorName(ctx.actor)}`,
    })
    return { value: undefined, changes: [{ ...deviceChange(device, { retired: true }), reason: input.reason }] }
  })
}
