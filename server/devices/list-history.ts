import { and, desc, eq, inArray } from 'drizzle-orm'
import type { ProbeRead, Report } from '../../agent/wire/report.ts'
import { deviceEvents, deviceReports } from '../../db/schema/devices.ts'
import { planItems, workOrders } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { DeviceRow } from './queries.ts'
import { type HistoryEvent, type ToldReport, tellHistory } from './tell-history.ts'

const mostReports = 150
const mostEvents = 80

export interface DeviceHistory {
  events: HistoryEvent[]
  /** Older reports exist that are not in view. */
  isCut: boolean
  /** Each probe as it was read last. */
  probes: ProbeRead[]
}

/** What happened to a device at the client of `device`, newest first: its own signed reports, and what people and the door did. */
export async function listHistory(
  tx: Tx,
  device: Pick<DeviceRow, 'id' | 'clientId' | 'timeZone'>,
): Promise<DeviceHistory> {
  const rows = await tx
    .select({
      body: deviceReports.body,
      signature: deviceReports.signature,
      receivedAt: deviceReports.receivedAt,
      verb: workOrders.verb,
      rolloutId: workOrders.rolloutId,
    })
    .from(deviceReports)
    .leftJoin(
      workOrders,
      and(
        eq(workOrders.mspId, deviceReports.mspId),
        eq(workOrders.id, deviceReports.orderId),
        // An order id comes from the device: another device's order tells nothing here.
        eq(workOrders.deviceId, deviceReports.deviceId),
      ),
    )
    .where(and(eq(deviceReports.deviceId, device.id), eq(deviceReports.clientId, device.clientId)))
    .orderBy(desc(deviceReports.seq))
    .limit(mostReports)
  const reports = rows.reverse().map((row): ToldReport => {
    // The door stores a report only after its schema has accepted it.
    const report = row.body as unknown as Report
    return { report, signature: row.signature, receivedAt: row.receivedAt, verb: row.verb, rolloutId: row.rolloutId }
  })
  const events = await tx
    .select()
    .from(deviceEvents)
    .where(and(eq(deviceEvents.deviceId, device.id), eq(deviceEvents.clientId, device.clientId)))
    .orderBy(desc(deviceEvents.at), desc(deviceEvents.id))
    .limit(mostEvents)
  const sets = await findSets(tx, device, reports)
  return {
    events: tellHistory({ reports, events, sets, zone: device.timeZone }),
    isCut: rows.length === mostReports,
    probes: lastProbes(reports),
  }
}

/** Which patches an update set of a rollout holds on this device. */
async function findSets(tx: Tx, device: Pick<DeviceRow, 'id'>, reports: readonly ToldReport[]) {
  const rolloutIds = [...new Set(reports.flatMap((one) => (one.rolloutId ? [one.rolloutId] : [])))]
  const items = await tx
    .select({
      rolloutId: planItems.rolloutId,
      setKey: planItems.setKey,
      patchId: planItems.patchId,
      name: planItems.packageName,
      version: planItems.toVersion,
    })
    .from(planItems)
    .where(and(eq(planItems.deviceId, device.id), inArray(planItems.rolloutId, rolloutIds)))
    .orderBy(planItems.packageName)
  const sets = new Map<string, { patchId: string; name: string }[]>()
  for (const item of items) {
    const key = `${item.rolloutId} ${item.setKey}`
    sets.set(key, [...(sets.get(key) ?? []), { patchId: item.patchId, name: `${item.name} ${item.version}` }])
  }
  return sets
}

/** Of the newest reports that hold probes at all, each probe once. */
function lastProbes(reports: readonly ToldReport[]): ProbeRead[] {
  const newest = new Map<string, ProbeRead>()
  for (const read of reports.flatMap((one) => one.report.probes)) {
    const known = newest.get(read.name)
    if (!known || known.at <= read.at) newest.set(read.name, read)
  }
  return [...newest.values()].sort((a, b) => a.name.localeCompare(b.name))
}
