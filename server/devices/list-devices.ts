import { and, asc, desc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { clientStatuses, deviceHeartbeats, devices } from '../../db/schema/devices.ts'
import { clients, sites } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import type { DeviceFilter } from '../paths.ts'
import { uuids } from '../uuid-array.ts'
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
export function listDevices(ctx: Context, input: ListDevices, pageRows = pageSize) {
  return read(ctx, 'device:read', async (tx) => {
    if (input.client) await getClientRow(tx, input.client)
    // Row-level security says the first already; said plainly too, an index of this MSP is taken before its neighbours' rows are read.
    const scope = and(
      eq(devices.mspId, ctx.mspId),
      isNull(devices.retiredAt),
      input.client ? eq(devices.clientId, input.client) : undefined,
      input.search ? isNamedLike(input.search) : undefined,
    )
    const swept = input.search ? null : await countSwept(tx, input)
    const small = swept ? null : await findSmall(tx, scope)
    // What a search found is read once: looking for it again in the order of names may walk past every device.
    const found = small && input.search ? sql`${devices.id} = any (${uuids(small.ids)})` : scope
    const page = await readPage(tx, and(found, conditions[input.filter]), input, pageRows)
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
      counts: swept ?? small?.counts ?? countAtLeast(),
    }
  })
}

/** Text, not a pattern. Folding ASCII alone is several times faster than ILIKE, which no index can serve under row-level security. */
function isNamedLike(search: string): SQL {
  const isAscii = /^[\x20-\x7e]*$/.test(search)
  return isAscii
    ? sql`strpos(lower(${devices.hostName} collate "C"), ${search.toLowerCase()}) > 0`
    : sql`${devices.hostName} ilike ${`%${escapeLike(search)}%`}`
}

const escapeLike = (text: string) => text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)

/** Keyset: the row at the edge of the page that is left says where the next one begins, also when it was renamed since. */
async function readPage(tx: Tx, where: SQL | undefined, input: ListDevices, pageRows: number) {
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
    .limit(pageRows + 1)
  const hasMore = found.length > pageRows
  const rows = found.slice(0, pageRows)
  return isBackward
    ? { rows: rows.reverse(), hasBefore: hasMore, hasAfter: edge !== undefined }
    : { rows, hasBefore: edge !== undefined, hasAfter: hasMore }
}

/** The devices in scope and their exact counts, up to a thousand devices; null above that. */
async function findSmall(tx: Tx, scope: SQL | undefined) {
  const limited = tx
    .select({
      id: devices.id,
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
      ids: sql<string[] | null>`case when count(*) <= ${countLimit} then array_agg(${limited.id}) end`,
      all: tally('all'),
      missing: tally('missing'),
      'pending-reboot': tally('pending-reboot'),
      failed: tally('failed'),
      'past-due': tally('past-due'),
      silent: tally('silent'),
      'no-data': tally('no-data'),
    })
    .from(limited)
  if (!small || small.all > countLimit) return null
  return { ids: small.ids ?? [], counts: mapFilters((filter) => ({ count: small[filter], isMore: false })) }
}

/** What the fleet sweep counted; null when that is at most a thousand devices, which are counted exactly. */
async function countSwept(tx: Tx, input: ListDevices): Promise<Record<DeviceFilter, FilterCount> | null> {
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
  if (!fleet || fleet.all <= countLimit) return null
  return mapFilters((filter) => (filter === 'missing' ? null : { count: fleet[filter], isMore: false }))
}

/** More than a thousand devices that the sweep counts nothing of: those of a search, or of an MSP that it has not met yet. */
const countAtLeast = () => ({ ...mapFilters(() => null), all: { count: countLimit, isMore: true } })

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
