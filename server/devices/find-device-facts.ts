import { and, eq, gt, inArray, sql } from 'drizzle-orm'
import { ringPatches, rollouts, workOrders } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { MissingPatch } from './find-missing.ts'
import type { DeviceRow } from './queries.ts'
import type { DeviceFacts } from './rules.ts'

/**
 * Live install orders of a device that nothing but a window may keep from starting. `missing` carries today's decisions: what was
 * rejected or put off since the order was made is not hurried.
 */
export async function findStartable(tx: Tx, device: DeviceRow, missing: readonly MissingPatch[], now: Date) {
  const orders = await findUnstopped(tx, device, missing, now)
  return orders.filter((order) => !order.isSuperseded)
}

/** The same with those that a later order names: they never start any more, not even while the later one waits. */
async function findUnstopped(tx: Tx, device: DeviceRow, missing: readonly MissingPatch[], now: Date) {
  const at = sql`${now.toISOString()}::timestamptz`
  // The same conditions as door.start_denial: pause, stop of all changes, stopped patch, last date; window and later order are told apart.
  const orders = await tx
    .select({
      id: workOrders.id,
      rolloutId: workOrders.rolloutId,
      rolloutNumber: rollouts.number,
      patchIds: workOrders.patchIds,
      isSuperseded: sql<boolean>`exists (select from work_orders x where x.device_id = ${device.id} and x.state in ('ready', 'open')
        and ${workOrders.id} = any (x.supersedes))`,
      isWindowOpen: sql<boolean>`(coalesce(${workOrders.windowOpenUntil} > ${at}, false) or exists (
        select from ring_windows w where w.rollout_id = ${workOrders.rolloutId} and w.position = ${workOrders.position}
          and w.time_zone in (${device.timeZone}, '*') and w.opens_at <= ${at} and ${at} < w.last_start_at))`,
    })
    .from(workOrders)
    .innerJoin(rollouts, and(eq(rollouts.mspId, workOrders.mspId), eq(rollouts.id, workOrders.rolloutId)))
    .where(
      and(
        eq(workOrders.deviceId, device.id),
        eq(workOrders.verb, 'install'),
        inArray(workOrders.state, ['unsigned', 'ready', 'open']),
        sql`${workOrders.permittedAt} is null`,
        gt(workOrders.notAfter, now),
        inArray(rollouts.state, ['running', 'finished']),
        eq(rollouts.isStopped, false),
        sql`not exists (select from ${ringPatches} p where p.rollout_id = ${workOrders.rolloutId} and p.position = ${workOrders.position}
          and p.patch_id = any (${workOrders.patchIds}) and (p.is_stopped or p.roll_back_at is not null))`,
        sql`not door.is_stopped(${workOrders.mspId}, ${workOrders.verb})`,
        sql`not exists (select from holds h where h.patch_id = any (${workOrders.patchIds}) and h.lifted_at is null
          and (h.client_id is null or h.client_id = ${device.clientId}))`,
      ),
    )
  const refused = new Set(missing.filter((patch) => !patch.isApproved).map((patch) => patch.patchId))
  return orders.filter((order) => !order.patchIds.some((patchId) => refused.has(patchId)))
}

/** What the rules of `deviceCan` need to know. `missing` in order of importance. */
export async function findDeviceFacts(
  tx: Tx,
  device: DeviceRow,
  missing: readonly MissingPatch[],
  now: Date,
): Promise<DeviceFacts> {
  const [scan] = await tx
    .select({ id: workOrders.id })
    .from(workOrders)
    .where(
      and(
        eq(workOrders.deviceId, device.id),
        eq(workOrders.verb, 'scan'),
        inArray(workOrders.state, ['unsigned', 'ready', 'open']),
        gt(workOrders.notAfter, now),
      ),
    )
    .limit(1)
  const unstopped = await findUnstopped(tx, device, missing, now)
  const orders = unstopped.filter((order) => !order.isSuperseded)
  const openOrders = orders.filter((order) => order.isWindowOpen).length
  return {
    isRetired: device.retiredAt !== null,
    isScanOrdered: scan !== undefined,
    startableOrders: orders.length - openOrders,
    openOrders,
    obstacle: unstopped.length > orders.length ? goesBackFirst : obstacleOf(missing),
  }
}

// Only a rollback names other orders (signOrders).
const goesBackFirst = 'Nothing may go in now. A patch is taken back here first.'

/** Why nothing may go in now: what the nearest patch waits for. */
function obstacleOf(missing: readonly MissingPatch[]): string {
  const nearest = missing.find((patch) => ['installing', 'scheduled', 'staged'].includes(patch.why.mark)) ?? missing[0]
  if (!nearest) return 'Nothing is missing here.'
  return `Nothing may go in now. ${nearest.name} ${nearest.version}: ${nearest.why.next}.`
}
