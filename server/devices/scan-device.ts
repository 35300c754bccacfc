import { deviceEvents } from '../../db/schema/devices.ts'
import { workOrders } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { findDeviceFacts } from './find-device-facts.ts'
import { deviceChange, getDeviceRow } from './queries.ts'
import { deviceCan } from './rules.ts'
import type { ScanDevice } from './schema.ts'

/** A scan that the device has not taken up by then is over. */
const scanMs = 3_600_000

/** Asks a device to look at itself now. Changes nothing there, so it needs neither window nor permit; one at a time. */
export function scanDevice(ctx: Context, input: ScanDevice): Promise<{ orderId: string }> {
  return perform(ctx, 'device:scan', async (tx) => {
    const device = await getDeviceRow(tx, input.deviceId, true)
    const can = deviceCan.scan(await findDeviceFacts(tx, device, [], ctx.now))
    if (!can.can) throw notAllowedNow(can.reason)
    const owner = { mspId: ctx.mspId, clientId: device.clientId, deviceId: device.id }
    const [order] = await tx
      .insert(workOrders)
      .values({
        ...owner,
        verb: 'scan',
        attempt: 1,
        body: {},
        notBefore: ctx.now,
        notAfter: new Date(ctx.now.getTime() + scanMs),
        createdAt: ctx.now,
      })
      .returning({ id: workOrders.id })
    if (!order) throw new Error('insert returned no order')
    await tx.insert(deviceEvents).values({
      ...owner,
      at: ctx.now,
      kind: 'scan-asked',
      summary: `Scan asked for by ${actorName(ctx.actor)}`,
      orderId: order.id,
    })
    return { value: { orderId: order.id }, changes: [deviceChange(device, { orderId: order.id })] }
  })
}
