import { eq } from 'drizzle-orm'
import type { ProbeRead } from '../../agent/wire/report.ts'
import { deviceHeartbeats, deviceInventories } from '../../db/schema/devices.ts'
import { sites } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { type Can, no, yes } from '../can.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { findPacksInForce } from '../due-dates/queries.ts'
import { findStop } from '../msps/changes-row.ts'
import { type Action, missingPermission } from '../permissions.ts'
import { findPolicyInForce } from '../policies/queries.ts'
import { labLabel, testTags } from '../policies/rules.ts'
import { placeDevices } from '../rollouts/rules.ts'
import { nextWindows } from '../windows/rules.ts'
import { findClockChange } from './clock-change.ts'
import { tellTrouble } from './explain-fault.ts'
import { findDeviceFacts } from './find-device-facts.ts'
import { findMissing, hasTestDevice, type MissingPatch } from './find-missing.ts'
import { listHistory } from './list-history.ts'
import { type DeviceRow, getDeviceRow } from './queries.ts'
import { deviceCan } from './rules.ts'
import type { GetDevice } from './schema.ts'

const shownWindows = 3

/** All of the device page. Texts that a device sent are plain text. */
export function getDevice(ctx: Context, input: GetDevice) {
  return read(ctx, 'device:read', async (tx) => {
    const device = await getDeviceRow(tx, input.deviceId)
    const client = await getClientRow(tx, device.clientId)
    const [site] = await tx.select({ name: sites.name }).from(sites).where(eq(sites.id, device.siteId))
    const { policy, label } = await findPolicyInForce(tx, device.clientId)
    const position = placeDevices(policy.rings, [device]).get(device.id)
    const ring = position === undefined ? undefined : policy.rings[position]
    const seen = { ...device, lastSeenAt: await lastSeen(tx, device) }
    const stop = await findStop(tx)
    const missing = await findMissing(tx, { device: seen, clientName: client.name, policy, stop, now: ctx.now })
    const facts = await findDeviceFacts(tx, seen, missing, ctx.now)
    const windows = ring ? nextWindows(ring.window, device.timeZone, ctx.now, shownWindows, policy.cutOffMs) : []
    return {
      asOf: ctx.now,
      /** The device's own: all of its page speaks in it. */
      zone: device.timeZone,
      device: {
        id: device.id,
        hostName: device.hostName,
        osName: device.osName,
        agentVersion: device.agentVersion,
        status: device.status,
        lastSeenAt: seen.lastSeenAt,
        enrolledAt: device.enrolledAt,
        isRetired: device.retiredAt !== null,
        isRebootPending: device.isRebootPending,
        tags: device.tags,
      },
      client: { id: client.id, slug: client.slug, name: client.name, timeZone: client.timeZone },
      siteName: site?.name ?? '',
      ring: {
        name: ring?.name ?? null,
        isTest: position === 0,
        testTags: testTags(policy),
        hasTestDevice: await hasTestDevice(tx, device.clientId, policy),
      },
      policy: { label, isLab: policy.isLab, labLabel },
      /** Who asks for due dates here. */
      dueAsking: (await findPacksInForce(tx, device.clientId, policy.dueDays)).map((pack) => pack.title),
      missing,
      windows: { isAlwaysOpen: ring?.window.kind === 'always', list: ring?.window.kind === 'always' ? [] : windows },
      clockChange:
        windows.length > 0 ? findClockChange(device.timeZone, ctx.now, windows.at(-1)?.closesAt ?? ctx.now) : null,
      inventory: await getInventory(tx, device),
      history: await listHistory(tx, device),
      can: {
        scan: allowed(ctx, 'device:scan', deviceCan.scan(facts)),
        patchNow: allowed(ctx, 'device:patch-now', deviceCan.patchNow(facts)),
        tag: allowed(ctx, 'device:tag', yes),
        move: allowed(ctx, 'device:move', inUse(device)),
        retire: allowed(ctx, 'device:retire', inUse(device)),
        retry: allowed(ctx, 'device:retry', yes),
        askException: allowed(ctx, 'exception:ask', inUse(device)),
      },
    }
  })
}

const inUse = (device: DeviceRow): Can => (device.retiredAt ? no('This device is retired.') : yes)

/** The right comes first: who may not, is told that and not the state of things. */
function allowed(ctx: Context, action: Action, can: Can): Can {
  return ctx.permissions.has(action) ? can : no(missingPermission(action))
}

/** The heartbeat is newer than the device's row, which the fleet sweep moves. */
async function lastSeen(tx: Tx, device: DeviceRow): Promise<Date> {
  const [row] = await tx
    .select({ seenAt: deviceHeartbeats.seenAt })
    .from(deviceHeartbeats)
    .where(eq(deviceHeartbeats.deviceId, device.id))
  return row && row.seenAt > device.lastSeenAt ? row.seenAt : device.lastSeenAt
}

export type DevicePage = Awaited<ReturnType<typeof getDevice>>
export type { HistoryEvent } from './tell-history.ts'
export type { MissingPatch, ProbeRead }

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const count = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null)

async function getInventory(tx: Tx, device: DeviceRow) {
  const [row] = await tx.select().from(deviceInventories).where(eq(deviceInventories.deviceId, device.id))
  const facts = row?.facts ?? {}
  return {
    installedCount: row?.packageVersionIds.length ?? 0,
    waiting: row?.waiting ?? [],
    trouble: row?.trouble ?? '',
    troubleTold: tellTrouble(row?.trouble ?? ''),
    scannedAt: row?.scannedAt ?? null,
    kernel: text(facts.kernel),
    architecture: text(facts.architecture),
    bootedAt: text(facts.bootedAt),
    rebootReasons: Array.isArray(facts.rebootReasons) ? facts.rebootReasons.map(String) : [],
    memoryBytes: count(facts.memoryBytes),
    diskFreeBytes: count(facts.diskFreeBytes),
    diskTotalBytes: count(facts.diskTotalBytes),
  }
}
