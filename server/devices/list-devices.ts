import { and, asc, desc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { clientStatuses, deviceHeartbeats, devices } from '../../db/schema/devices.ts'
import { clients, sites } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import type { DeviceFilter } from '../paths.ts'
import { findRings } from './find-rings.ts'
import { deviceState } from './rules.ts'
import type { ListDevices } from './schema.ts'

const pageSize = 50
/** Counting stops here: a set of a million is never read to show a number. */
const countLimit = 1_000

const conditions: Record<DeviceFilter, SQL | undefined> = {
  all: undefined,
  missing: gt(devices.missingCount, 0),
  'pending-reboot': eq(devices.isRebootPending, true),
  failed: gt(devices.failedCount, 0),
  'past-due': eq(devices.isPastDue, true),
  silent: eq(devices.status, 'silent'),
  'no-data': eq(devices.status, 'no-data'),
}

/** A count as a tab shows it; `isMore` when counting stopped at the limit, null when it is not known cheaply. */
export type FilterCount = { count: number; isMore: boolean } | null

/** One page of devices by host name, in both directions, with the counts of the filters beside it. */
export function listDevices(ctx: Context, input: ListDevices) {
  return read(ctx, 'device:read', async (tx) => {
    const scope = and(
      isNull(devices.retiredAt),
      input.client ? eq(devices.clientId, input.client) : undefined,
      input.search ? sql`${devices.hostName} ilike ${`%${escapeLike(input.search)}%`}` : undefined,
    )
    const page = await readPage(tx, and(scope, conditions[input.filter]), input)
    const rings = await findRings(tx, page.rows)
    return {
      asOf: ctx.now,
      rows: page.rows.map(({ tags: _tags, seenAt, ...row }) => ({
        ...row,
        ...deviceState(row),
        lastSeenAt: seenAt,
        ringName: rings.get(row.id) ?? null,
      })),
      beforeId: page.hasBefore ? (page.rows[0]?.id ?? null) : null,
      afterId: page.hasAfter ? (page.rows.at(-1)?.id ?? null) : null,
      counts: await countFilters(tx, scope, input),
    }
  })
}

const escapeLike = (text: string) => text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)

/** Keyset: the row at the edge of the page that is left says where the next one begins, also when it was renamed since. */
async function readPage(tx: Tx, where: SQL | undefined, input: ListDevices) {
  const isBackward = input.before !== undefined && input.after === undefined
  const edgeId = input.after ?? input.before
  const [edge] = edgeId
    ? await tx.select({ hostName: devices.hostName, id: devices.id }).from(devices).where(eq(devices.id, edgeId))
    : []
  const beyond = edge
    ? isBackward
      ? sql`(${devices.hostName}, ${devices.id}) < (${edge.hostName}, ${edge.id}::uuid)`
      : sql`(${devices.hostName}, ${devices.id}) > (${edge.hostName}, ${edge.id}::uuid)`
    : undefined
  const direction = isBackward ? desc : asc
  const found = await tx
    .select({
      id: devices.id,
      clientId: devices.clientId,
      hostName: devices.hostName,
      osName: devices.osName,
      tags: devices.tags,
      agentVersion: devices.agentVersion,
      status: devices.status,
      isRebootPending: devices.isRebootPending,
      isPastDue: devices.isPastDue,
      missingCount: devices.missingCount,
      failedCount: devices.failedCount,
      clientName: clients.name,
      siteName: sites.name,
      seenAt: deviceHeartbeats.seenAt,
    })
    .from(devices)
    .innerJoin(clients, and(eq(clients.mspId, devices.mspId), eq(clients.id, devices.clientId)))
    .innerJoin(sites, and(eq(sites.mspId, devices.mspId), eq(sites.id, devices.siteId)))
    .innerJoin(
      deviceHeartbeats,
      and(eq(deviceHeartbeats.mspId, devices.mspId), eq(deviceHeartbeats.deviceId, devices.id)),
    )
    .where(and(where, beyond))
    .orderBy(direction(devices.hostName), direction(devices.id))
    .limit(pageSize + 1)
  const hasMore = found.length > pageSize
  const rows = found.slice(0, pageSize)
  return isBackward
    ? { rows: rows.reverse(), hasBefore: hasMore, hasAfter: edge !== undefined }
    : { rows, hasBefore: edge !== undefined, hasAfter: hasMore }
}

/** Exact up to a thousand devices; above that what the fleet sweep counted, and "1,000+" where it counts nothing. */
async function countFilters(
  tx: Tx,
  scope: SQL | undefined,
  input: ListDevices,
): Promise<Record<DeviceFilter, FilterCount>> {
  const limited = tx
    .select({
      status: devices.status,
      isRebootPending: devices.isRebootPending,
      isPastDue: devices.isPastDue,
      missingCount: devices.missingCount,
      failedCount: devices.failedCount,
    })
    .from(devices)
    .where(scope)
    .limit(countLimit + 1)
    .as('devices')
  const tally = (filter: DeviceFilter) => sql<number>`count(*) filter (where ${conditions[filter] ?? sql`true`})::int`
  const [small] = await tx
    .select({
      all: tally('all'),
      missing: tally('missing'),
      'pending-reboot': tally('pending-reboot'),
      failed: tally('failed'),
      'past-due': tally('past-due'),
      silent: tally('silent'),
      'no-data': tally('no-data'),
    })
    .from(limited)
  if (small && small.all <= countLimit) {
    const exact = (filter: DeviceFilter): FilterCount => ({ count: small[filter], isMore: false })
    return mapFilters(exact)
  }
  const atLeast = { count: countLimit, isMore: true }
  if (input.search) return { ...mapFilters(() => null), all: atLeast }
  const sum = (column: SQL) => sql<number>`coalesce(sum(${column}), 0)::int`
  const [fleet] = await tx
    .select({
      all: sum(sql`${clientStatuses.devices}`),
      'pending-reboot': sum(sql`${clientStatuses.rebootPending}`),
      failed: sum(sql`${clientStatuses.failed}`),
      'past-due': sum(sql`${clientStatuses.pastDue}`),
      silent: sum(sql`${clientStatuses.silent}`),
      'no-data': sum(sql`${clientStatuses.noData}`),
    })
    .from(clientStatuses)
    .where(input.client ? eq(clientStatuses.clientId, input.client) : undefined)
  return mapFilters((filter) =>
    filter === 'missing'
      ? null
      : fleet && fleet.all > 0
        ? { count: fleet[filter], isMore: false }
        : filter === 'all'
          ? atLeast
          : null,
  )
}

function mapFilters(count: (filter: DeviceFilter) => FilterCount): Record<DeviceFilter, FilterCount> {
  return {
    all: count('all'),
    missing: count('missing'),
    'pending-reboot': count('pending-reboot'),
    failed: count('failed'),
    'past-due': count('past-due'),
    silent: count('silent'),
    'no-data': count('no-data'),
  }
}
