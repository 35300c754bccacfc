import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { ProbeRead, Report } from '../../agent/wire/report.ts'
import { deviceEvents, deviceReports } from '../../db/schema/devices.ts'
import { planItems, workOrders } from '../../db/schema/rollouts.ts'
import type { Tx } from '../access.ts'
import type { DeviceRow } from './queries.ts'
import { type HistoryEvent, mostLines, type ToldReport, tellHistory } from './tell-history.ts'

const mostReports = 150
const mostEvents = 80
const mostProbes = 100
/** Of reports that a device has filled up, as many as a page can show: characters of all, and bytes as stored of those fetched at once. */
const mostCharacters = 4_000_000
const stepBytes = 64 * 1024

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
  const { reports, isCut } = await findReports(tx, device)
  const events = await tx
    .select()
    .from(deviceEvents)
    .where(and(eq(deviceEvents.deviceId, device.id), eq(deviceEvents.clientId, device.clientId)))
    .orderBy(desc(deviceEvents.at), desc(deviceEvents.id))
    .limit(mostEvents)
  const sets = await findSets(tx, device, reports)
  const told = tellHistory({ reports, events, sets, zone: device.timeZone })
  return { events: told, isCut: isCut || told.length === mostLines, probes: lastProbes(reports) }
}

/** The newest reports, oldest first. Read in steps of what they take up, so that no device makes a page read more than a little at once. */
async function findReports(tx: Tx, device: Pick<DeviceRow, 'id' | 'clientId'>) {
  const found: ToldReport[] = []
  let characters = 0
  for (;;) {
    const step = await findReportStep(tx, device, found.at(-1)?.report.seq, mostReports - found.length)
    for (const row of step) {
      // The door stores a report only after its schema has accepted it.
      const report = row.body as unknown as Report
      found.push({
        report,
        signature: row.signature,
        receivedAt: row.receivedAt,
        verb: row.verb,
        rolloutId: row.rolloutId,
      })
      characters += JSON.stringify(row.body).length
    }
    const isCut = found.length === mostReports || characters > mostCharacters
    if (isCut || step.length === (step[0]?.left ?? 0)) return { reports: found.reverse(), isCut }
  }
}

/** The next older reports, newest first, each with how many of `most` there were to choose from. */
function findReportStep(tx: Tx, device: Pick<DeviceRow, 'id' | 'clientId'>, before: number | undefined, most: number) {
  const newest = tx
    .select({ seq: deviceReports.seq, bytes: sql<number>`pg_column_size(${deviceReports.body})`.as('bytes') })
    .from(deviceReports)
    .where(
      and(
        eq(deviceReports.deviceId, device.id),
        eq(deviceReports.clientId, device.clientId),
        before === undefined ? undefined : lt(deviceReports.seq, before),
      ),
    )
    .orderBy(desc(deviceReports.seq))
    .limit(most)
    .as('newest')
  const measured = tx
    .select({
      seq: newest.seq,
      newer: sql<number>`sum(${newest.bytes}) over (order by ${newest.seq} desc) - ${newest.bytes}`.as('newer'),
      left: sql<number>`count(*) over ()`.mapWith(Number).as('left'),
    })
    .from(newest)
    .as('measured')
  return tx
    .select({
      left: measured.left,
      body: deviceReports.body,
      signature: deviceReports.signature,
      receivedAt: deviceReports.receivedAt,
      verb: workOrders.verb,
      rolloutId: workOrders.rolloutId,
    })
    .from(measured)
    .innerJoin(deviceReports, and(eq(deviceReports.deviceId, device.id), eq(deviceReports.seq, measured.seq)))
    .leftJoin(
      workOrders,
      and(
        eq(workOrders.mspId, deviceReports.mspId),
        eq(workOrders.id, deviceReports.orderId),
        // An order id comes from the device: another device's order tells nothing here.
        eq(workOrders.deviceId, deviceReports.deviceId),
      ),
    )
    .where(lt(measured.newer, stepBytes))
    .orderBy(desc(deviceReports.seq))
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
    const patch = { patchId: item.patchId, name: `${item.name} ${item.version}` }
    const others = sets.get(key)
    if (others) others.push(patch)
    else sets.set(key, [patch])
  }
  return sets
}

/** Each probe as it was read last, at most `mostProbes`. */
function lastProbes(reports: readonly ToldReport[]): ProbeRead[] {
  const newest = new Map<string, ProbeRead>()
  for (const read of reports.toReversed().flatMap((one) => one.report.probes.toReversed())) {
    const known = newest.get(read.name)
    if (known ? known.at < read.at : newest.size < mostProbes) newest.set(read.name, read)
  }
  return [...newest.values()].sort((a, b) => a.name.localeCompare(b.name))
}
