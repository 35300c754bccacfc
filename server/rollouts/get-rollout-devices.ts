import { and, asc, eq, ilike, type SQL, sql } from 'drizzle-orm'
import { deviceHeartbeats, devices } from '../../db/schema/devices.ts'
import { planItems } from '../../db/schema/rollouts.ts'
import { sites } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { uuids } from '../uuid-array.ts'
import { currentRing } from './get-rollout.ts'
import { listRingSummaries } from './queries.ts'
import { getRolloutRow, type RolloutRow } from './rollout-rows.ts'
import type { ListRolloutDevices } from './schema.ts'

const pageSize = 100

export interface RolloutDeviceItem {
  patchId: string
  name: string
  fromVersion: string | null
  toVersion: string
  state: (typeof planItems.$inferSelect)['state']
  isFailureCounted: boolean
  reason: string
  stateAt: Date
}
export interface RolloutDevice {
  id: string
  hostName: string
  site: string
  timeZone: string
  status: 'active' | 'silent' | 'no-data'
  seenAt: Date
  isRebootPending: boolean
  position: number
  items: RolloutDeviceItem[]
}
export interface RolloutDevicePage {
  rows: RolloutDevice[]
  /** Key of the next page; null at the end. */
  next: { hostName: string; id: string } | null
  /** What `current` stood for. */
  view: string
  asOf: Date
}

/** Devices of a rollout by host name, a page at a time, each with what became of every patch it was to get. */
export function getRolloutDevices(ctx: Context, input: ListRolloutDevices): Promise<RolloutDevicePage> {
  return read(ctx, 'rollout:read', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId)
    const view = input.view === 'current' ? await currentView(tx, rollout) : input.view
    const page = await listDevicePage(tx, rollout, view, input)
    const rows = page.slice(0, pageSize)
    const items = await listItems(
      tx,
      rollout,
      rows.map((row) => row.id),
    )
    const last = rows.at(-1)
    return {
      rows: rows.map((row) => {
        const own = items.get(row.id) ?? []
        return { ...row, position: own[0]?.position ?? 0, items: own.map(({ position: _, ...item }) => item) }
      }),
      next: page.length > pageSize && last ? { hostName: last.hostName, id: last.id } : null,
      view,
      asOf: ctx.now,
    }
  })
}

async function currentView(tx: Tx, rollout: RolloutRow): Promise<string> {
  return String(currentRing(await listRingSummaries(tx, new Map([[rollout.id, rollout.state]]))))
}

const itemIs: Record<string, SQL> = {
  failed: sql`(i.is_failure_counted or i.state in ('failed', 'rollback-failed'))`,
  'rolled-back': sql`i.state in ('rolled-back', 'rolling-back', 'rollback-failed')`,
}
const deviceIs: Record<string, SQL> = {
  silent: sql`${devices.status} <> 'active'`,
  'pending-reboot': sql`${devices.isRebootPending}`,
}

/**
 * Chooses the page first, and adds what is told of its devices then. Where most devices are meant, the list is walked in its order and each is
 * looked up in the plan (`limit 1` keeps PostgreSQL from turning that round); where few are, the plan says which.
 */
function listDevicePage(tx: Tx, rollout: RolloutRow, view: string, { search, cursor }: ListRolloutDevices) {
  const ofItem = itemIs[view] ?? (/^\d$/.test(view) ? sql`i.position = ${Number(view)}` : sql`true`)
  const planned = sql`select true from plan_items i where i.msp_id = ${devices.mspId} and i.rollout_id = ${rollout.id}
    and i.device_id = ${devices.id} and ${ofItem}`
  const page = tx
    .select()
    .from(devices)
    .where(
      and(
        eq(devices.clientId, rollout.clientId),
        itemIs[view] ? sql`exists (${planned})` : sql`(${planned} limit 1)`,
        deviceIs[view],
        search ? ilike(devices.hostName, `%${search.replace(/[\\%_]/g, '\\$&')}%`) : undefined,
        cursor ? sql`(${devices.hostName}, ${devices.id}) > (${cursor.hostName}, ${cursor.id}::uuid)` : undefined,
      ),
    )
    .orderBy(asc(devices.hostName), asc(devices.id))
    .limit(pageSize + 1)
    .as('page')
  return tx
    .select({
      id: page.id,
      hostName: page.hostName,
      site: sites.name,
      timeZone: page.timeZone,
      status: page.status,
      isRebootPending: page.isRebootPending,
      seenAt: sql`coalesce(${deviceHeartbeats.seenAt}, ${page.lastSeenAt})`.mapWith(devices.lastSeenAt),
    })
    .from(page)
    .innerJoin(sites, and(eq(sites.mspId, page.mspId), eq(sites.id, page.siteId)))
    .leftJoin(deviceHeartbeats, and(eq(deviceHeartbeats.mspId, page.mspId), eq(deviceHeartbeats.deviceId, page.id)))
    .orderBy(asc(page.hostName), asc(page.id))
}

async function listItems(tx: Tx, rollout: RolloutRow, deviceIds: readonly string[]) {
  const rows = await tx
    .select({
      deviceId: planItems.deviceId,
      position: planItems.position,
      patchId: planItems.patchId,
      name: planItems.packageName,
      fromVersion: planItems.fromVersion,
      toVersion: planItems.toVersion,
      state: planItems.state,
      isFailureCounted: planItems.isFailureCounted,
      reason: planItems.reason,
      stateAt: planItems.stateAt,
    })
    .from(planItems)
    .where(and(eq(planItems.rolloutId, rollout.id), sql`${planItems.deviceId} = any (${uuids(deviceIds)})`))
    .orderBy(asc(planItems.packageName))
  const found = new Map<string, (RolloutDeviceItem & { position: number })[]>()
  for (const { deviceId, ...item } of rows) found.set(deviceId, [...(found.get(deviceId) ?? []), item])
  return found
}
