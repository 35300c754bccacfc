import { type SQL, sql } from 'drizzle-orm'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { type DeviceMark, deviceState } from '../devices/rules.ts'
import { inReach } from '../patches/find-lacking.ts'
import type { Action } from '../permissions.ts'
import { uuids } from '../uuid-array.ts'
import type { SearchEverything } from './schema.ts'

/** So many of a kind are shown; where there are more, the list of that kind has its own search. */
const most = 6

/** What was found of one kind, the best first. Not how many there are: a number of things would cost a walk over all of them. */
export interface Found<Row> {
  rows: Row[]
  hasMore: boolean
}
export interface FoundClient {
  id: string
  name: string
}
export interface FoundDevice {
  id: string
  hostName: string
  clientName: string
  mark: DeviceMark
  word: string
}
export interface FoundPatch {
  id: string
  name: string
  version: string
}
export interface FoundRollout {
  id: string
  number: number
  title: string
  clientName: string
}

/**
 * Clients, devices, patches and rollouts in whose name the text stands, out of those the person may see: what is called exactly so comes
 * first, then what begins so. Kinds that they may not read stay empty.
 */
export function searchEverything(ctx: Context, { text }: SearchEverything) {
  return read(ctx, 'overview:read', async (tx) => {
    const find = async <Row>(action: Action, rows: () => Promise<Row[]>): Promise<Found<Row>> => {
      const found = ctx.permissions.has(action) ? await rows() : []
      return { rows: found.slice(0, most), hasMore: found.length > most }
    }
    return {
      clients: await find('client:read', () => findClients(tx, ctx, text)),
      devices: await find('device:read', () => findDevices(tx, ctx, text)),
      patches: await find('patch:read', () => findPatches(tx, ctx, text)),
      rollouts: await find('rollout:read', () => findRollouts(tx, ctx, text)),
    }
  })
}

const limit = sql.raw(String(most + 1))

async function findClients(tx: Tx, { mspId }: Context, text: string): Promise<FoundClient[]> {
  const { fits, rank } = compare(sql`name`, text)
  return tx.execute<Rows<FoundClient>>(sql`
    select id, name from clients where msp_id = ${mspId} and archived_at is null and ${fits} order by ${rank}, name, id limit ${limit}`)
}

async function findDevices(tx: Tx, ctx: Context, text: string): Promise<FoundDevice[]> {
  interface Row extends Record<string, unknown> {
    id: string
    hostName: string
    clientName: string
    status: 'active' | 'silent' | 'no-data'
    isRebootPending: boolean
    isPastDue: boolean
    missingCount: number
    failedCount: number
  }
  const { fits, rank } = compare(sql`host_name`, text)
  const rows = await tx.execute<Row>(sql`
    with found as materialized (
      select * from devices where ${ofClients(ctx)} and retired_at is null and ${fits} order by ${rank}, host_name, id limit ${limit}
    )
    select d.id, d.host_name as "hostName", c.name as "clientName", d.status, d.is_reboot_pending as "isRebootPending",
      d.is_past_due as "isPastDue", d.missing_count as "missingCount", d.failed_count as "failedCount"
    from found d join clients c on c.msp_id = d.msp_id and c.id = d.client_id order by ${rank}, d.host_name, d.id`)
  return rows.map(({ id, hostName, clientName, ...numbers }) => ({ id, hostName, clientName, ...deviceState(numbers) }))
}

/**
 * As in the list of patches: only what a device that the person may see lacks or lacked. Sorted inside, so that the best are looked up
 * first and few of them; said again outside, because a join may lose an order that nobody asks it for.
 */
async function findPatches(tx: Tx, ctx: Context, text: string): Promise<FoundPatch[]> {
  const { fits, rank } = compare(sql`name || ' ' || version`, text)
  return tx.execute<Rows<FoundPatch>>(sql`
    select id, name, version from (
      select id, name, version, first_seen_at, ${rank} as rank from patches p where msp_id = ${ctx.mspId} and ${fits}
      order by rank, name, first_seen_at desc, id offset 0
    ) p where exists (select from device_patches t where t.patch_id = p.id and ${inReach(ctx)})
    order by rank, name, first_seen_at desc, id limit ${limit}`)
}

/** By number ("R-12", "12") or a part of the title; the newest first. */
async function findRollouts(tx: Tx, ctx: Context, text: string): Promise<FoundRollout[]> {
  const { fits } = compare(sql`'R-' || number || ' ' || title`, text)
  const number = /^(?:r-)?(\d{1,9})$/i.exec(text)?.[1] ?? '0'
  const order = sql`number <> ${number}::int, started_at desc, id desc`
  return tx.execute<Rows<FoundRollout>>(sql`
    with found as materialized (select * from rollouts where ${ofClients(ctx)} and ${fits} order by ${order} limit ${limit})
    select o.id, o.number, o.title, c.name as "clientName"
    from found o join clients c on c.msp_id = o.msp_id and c.id = o.client_id order by ${order}`)
}

/** Row-level security says the same; said plainly too, an index of these clients is taken before their neighbours' rows are read. */
const ofClients = ({ mspId, clients }: Context) =>
  clients === 'all' ? sql`msp_id = ${mspId}` : sql`msp_id = ${mspId} and client_id = any (${uuids(clients)})`

type Rows<Row> = Row & Record<string, unknown>

/**
 * Does the text stand in this name, and how well: 0 exactly, 1 at the beginning, 2 anywhere. As the list of devices searches: folding
 * ASCII alone is several times faster than ILIKE, which no index can serve under row-level security.
 */
function compare(name: SQL, text: string): { fits: SQL; rank: SQL } {
  const isAscii = /^[\x20-\x7e]*$/.test(text)
  const folded = isAscii ? sql`lower((${name}) collate "C")` : sql`lower(${name})`
  const wanted = isAscii ? sql`${text.toLowerCase()}::text` : sql`lower(${text}::text)`
  return {
    fits: sql`strpos(${folded}, ${wanted}) > 0`,
    rank: sql`case strpos(${folded}, ${wanted}) when 1 then (length(${folded}) > length(${wanted}))::int else 2 end`,
  }
}
