import { and, eq, gt, inArray, or, sql } from 'drizzle-orm'
import { workOrders } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { type DeviceRow, getDeviceRow } from './queries.ts'
import { isRetiredReason } from './rules.ts'

/**
 * A device in use whose rows the caller holds, so that it may be moved or retired. `not-allowed-now` for a retired one, and while it changes
 * something: an install or a rollback is with it, or was handed to it a moment ago.
 */
export async function lockIdleDevice(tx: Tx, ctx: Context, deviceId: string): Promise<DeviceRow> {
  const device = await getDeviceRow(tx, deviceId, true)
  if (device.retiredAt) throw notAllowedNow(isRetiredReason)
  const [busy] = await tx
    .select({ verb: workOrders.verb })
    .from(workOrders)
    .where(
      and(
        eq(workOrders.deviceId, device.id),
        inArray(workOrders.verb, ['install', 'rollback']),
        or(eq(workOrders.state, 'open'), and(eq(workOrders.state, 'ready'), gt(workOrders.leaseUntil, ctx.now))),
      ),
    )
    .orderBy(sql`${workOrders.id}`)
    .for('update')
    .limit(1)
  if (busy)
    throw notAllowedNow(
      `${device.hostName} has ${busy.verb === 'install' ? 'an install' : 'a rollback'} under way. Wait until it has reported the end.`,
    )
  return device
}
