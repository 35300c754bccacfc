import { inArray } from 'drizzle-orm'
import { deviceEvents } from '../../db/schema/devices.ts'
import { workOrders } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { findStop } from '../msps/changes-row.ts'
import { findPolicyInForce } from '../policies/queries.ts'
import { findDeviceFacts, findStartable } from './find-device-facts.ts'
import { findMissing } from './find-missing.ts'
import { deviceChange, getDeviceRow } from './queries.ts'
import { deviceCan } from './rules.ts'
import type { PatchNow } from './schema.ts'

const openMs = 2 * 3_600_000

/**
 * Opens the window now for what this device may get now: its live install orders start at the next check-in, for two hours. It never
 * skips approval, gate or hold; when nothing may go, it refuses with what the nearest patch waits for.
 */
export function patchNow(ctx: Context, input: PatchNow): Promise<{ patches: string[]; openUntil: Date }> {
  return perform(ctx, 'device:patch-now', async (tx) => {
    const device = await getDeviceRow(tx, input.deviceId, true)
    const client = await getClientRow(tx, device.clientId)
    const { policy } = await findPolicyInForce(tx, device.clientId)
    const missing = await findMissing(tx, {
      device,
      clientName: client.name,
      policy,
      stop: await findStop(tx),
      now: ctx.now,
    })
    const can = deviceCan.patchNow(await findDeviceFacts(tx, device, missing, ctx.now))
    if (!can.can) throw notAllowedNow(can.reason)
    const orders = (await findStartable(tx, device, missing, ctx.now)).filter((order) => !order.isWindowOpen)
    const openUntil = new Date(ctx.now.getTime() + openMs)
    await tx
      .update(workOrders)
      .set({ windowOpenUntil: openUntil })
      .where(
        inArray(
          workOrders.id,
          orders.map((order) => order.id),
        ),
      )
    const patchIds = new Set(orders.flatMap((order) => order.patchIds))
    const patches = missing.filter((one) => patchIds.has(one.patchId)).map((one) => `${one.name} ${one.version}`)
    await tx.insert(deviceEvents).values({
      mspId: ctx.mspId,
      clientId: device.clientId,
      deviceId: device.id,
      at: ctx.now,
      kind: 'patch-now',
      summary: `Window opened for two hours by ${actorName(ctx.actor)}`,
      detail: { patches },
    })
    return {
      value: { patches, openUntil },
      changes: [deviceChange(device, { patches, openUntil: openUntil.toISOString() })],
    }
  })
}
