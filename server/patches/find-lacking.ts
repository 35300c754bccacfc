import { isNotNull, type SQL, sql } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import type { Tx } from '../access.ts'
import type { Standing } from '../approvals/find-standing.ts'
import { decide } from '../approvals/rules.ts'
import type { Context } from '../context.ts'
import type { Policies } from '../policies/find-policies.ts'
import { uuids } from '../uuid-array.ts'
import {
  countExcepted,
  earliest,
  type PatchDue,
  type PatchStanding,
  type StateTally,
  standingOf,
  stateOf,
  type UndoSpread,
} from './rules.ts'

/** One patch that some device lacks, with everything the list says about it. */
export interface LackedPatch {
  id: string
  name: string
  version: string
  classification: string
  severity: string
  releasedAt: Date | null
  firstSeenAt: Date
  devices: number
  clients: number
  due: PatchDue
  undo: UndoSpread
  standing: PatchStanding
}

interface LackingRow extends Record<string, unknown> {
  id: string
  name: string
  version: string
  classification: string
  severity: string
  released_at: string | null
  first_seen_at: string
  client_id: string | null
  said_classification: string
  said_severity: string
  clients: number
  first_due_at: string | null
  past_due_devices: number
  past_due_clients: number
  kept: number
  fetchable: number
  snapshot: number
  none: number
}

/**
 * What the caller's devices lack, by patch, each with its decision. How many devices is what the fleet sweep counted, seconds old; what
 * is decided about them is read now. Clients that decide nothing of their own (no policy, decision or hold) are counted together, so the
 * answer has a few rows a patch and not one a client.
 */
export async function findLacking(
  tx: Tx,
  input: { ctx: Context; standing: Standing; policies: Policies; where?: SQL },
): Promise<LackedPatch[]> {
  const own = [...new Set([...input.standing.clientIds, ...input.policies.ownClientIds])]
  const isPast = sql`due_at < ${input.ctx.now.toISOString()}::timestamptz`
  const rows = await tx.execute<LackingRow>(sql`
    with by_client as (${await countByClient(tx, input.ctx)}), together as (
      select patch_id, case when client_id = any (${uuids(own)}) then client_id end as client_id, ${saidWords},
        count(*)::int as clients, min(due_at) as first_due_at, count(*) filter (where ${isPast})::int as past_due_clients,
        coalesce(sum(kept + fetchable + snapshot + none) filter (where ${isPast}), 0)::int as past_due_devices, sum(kept)::int as kept, sum(fetchable)::int as fetchable, sum(snapshot)::int as snapshot,
        sum(none)::int as none
      from by_client ${withSaid(input.ctx)} ${withDues(input.ctx)} group by patch_id, 2, 3, 4, kept + fetchable > 0, snapshot + none > 0
    )
    select p.id, p.name, p.version, p.classification, p.severity, to_json(p.released_at)#>>'{}' as released_at,
      to_json(p.first_seen_at)#>>'{}' as first_seen_at, g.client_id, g.said_classification,
      g.said_severity, g.clients, to_json(g.first_due_at)#>>'{}' as first_due_at, g.past_due_devices, g.past_due_clients, g.kept, g.fetchable, g.snapshot, g.none
    from together g join patches p on p.id = g.patch_id where ${input.where ?? sql`true`}`)
  const exceptions = await findDeviceDecisions(tx, input.standing, input.ctx.now)
  const grouped = Map.groupBy(rows, (row) => row.id)
  return [...grouped.values()].map((groups) => summarise(groups, exceptions, input))
}

interface ClientPatchCount extends Record<string, unknown> {
  patch_id: string
  client_id: string
  said_classification: string
  said_severity: string
  kept: number
  fetchable: number
  snapshot: number
  none: number
}

/** How many devices of each client lack each patch, for a `with`: the sweep's numbers, and a count of now for clients it has not met yet. */
async function countByClient(tx: Tx, ctx: Context): Promise<SQL> {
  const counted = sql`select t.patch_id, t.client_id, t.kept, t.fetchable, t.snapshot, t.none from client_patch_counts t where ${inReach(ctx)}`
  const uncounted = await tx.execute<{ id: string }>(sql`
    select c.id from clients c left join client_statuses s on s.msp_id = c.msp_id and s.client_id = c.id where s.patches_counted_since is null`)
  if (uncounted.length === 0) return counted
  return sql`${counted} union all
    select t.patch_id, t.client_id, count(*) filter (where undo_class = 'kept'), count(*) filter (where undo_class = 'fetchable'),
      count(*) filter (where undo_class = 'snapshot'), count(*) filter (where undo_class = 'none')
    from device_patches t where t.resolved_at is null and ${inReach(ctx)} and t.client_id = any (${uuids(uncounted.map((one) => one.id))})
      ${await notRetired(tx)}
    group by t.patch_id, t.client_id`
}

/** What the devices of the client said of it, as `classOf` (find-classes.ts) has it: rules judge by that. For rows of `by_client`. */
const saidWords = sql`coalesce(w.classification, '') as said_classification, coalesce(w.severity, '') as said_severity`
const withSaid = ({
  mspId,
}: Context) => sql`left join (select client_id as said_at, patch_id as said_of, classification, severity
  from client_patch_classes where msp_id = ${mspId}) w on said_at = client_id and said_of = patch_id`

/** When it is due there, for rows of `by_client`. */
const withDues = ({
  mspId,
}: Context) => sql`left join (select client_id as due_client, patch_id as due_patch, due_at from client_patch_dues
  where msp_id = ${mspId} and due_at is not null) u on due_client = client_id and due_patch = patch_id`

/** The clients that lack one of these patches, what their devices said of it, and whether they could undo it. */
export async function findLackingClients(tx: Tx, ctx: Context, patchIds: readonly string[]) {
  const rows = await tx.execute<ClientPatchCount>(sql`
    with by_client as (${await countByClient(tx, ctx)}) select by_client.*, ${saidWords} from by_client ${withSaid(ctx)} where patch_id = any (${uuids(patchIds)})`)
  return rows.flatMap((row) => {
    const said = { classification: row.said_classification, severity: row.said_severity }
    const of = (isUndoable: boolean, devices: number) =>
      devices > 0 ? [{ patchId: row.patch_id, clientId: row.client_id, isUndoable, said }] : []
    return [...of(true, row.kept + row.fetchable), ...of(false, row.snapshot + row.none)]
  })
}

/** Devices with a decision or an exception of their own about a patch they lack: taken out of their client's number and judged apart. */
async function findDeviceDecisions(tx: Tx, standing: Standing, now: Date) {
  const deviceIds = [...standing.deviceIds]
  if (deviceIds.length === 0) return []
  return tx.execute<{ patch_id: string; client_id: string; device_id: string; is_undoable: boolean }>(sql`
    select distinct t.patch_id, t.client_id, t.device_id, t.undo_class in ('kept', 'fetchable') as is_undoable
    from device_patches t where t.resolved_at is null and t.device_id = any (${uuids(deviceIds)}) and (
      exists (select from decisions d where d.device_id = t.device_id and d.patch_id = t.patch_id and d.withdrawn_at is null)
      or door.is_excepted(${now.toISOString()}::timestamptz, t.msp_id, t.device_id, t.patch_id))`)
}

type Exceptions = Awaited<ReturnType<typeof findDeviceDecisions>>

function summarise(
  groups: readonly LackingRow[],
  exceptions: Exceptions,
  { ctx: { now }, standing, policies }: { ctx: Context; standing: Standing; policies: Policies },
): LackedPatch {
  const [first] = groups
  if (!first) throw new Error('a group of no rows')
  const patch = {
    classification: first.classification,
    severity: first.severity,
    releasedAt: first.released_at === null ? null : new Date(first.released_at),
    firstSeenAt: new Date(first.first_seen_at),
  }
  const own = exceptions.filter((row) => row.patch_id === first.id)
  const judge = ({ client_id: clientId, ...row }: LackingRow, deviceId: string | null, isUndoable: boolean) =>
    stateOf(
      decide({
        patch: { ...patch, classification: row.said_classification, severity: row.said_severity },
        // Rules only ask whether it can be undone at all.
        undoClass: isUndoable ? 'kept' : 'none',
        ...standing.about(first.id, clientId, deviceId),
        rules: (clientId === null ? policies.standard : policies.of(clientId)).approvalRules,
        now,
      }),
    )
  const judged = groups.map((row) => ({ row, tallies: tally(row) }))
  const tallies = judged.flatMap((group) => group.tallies)
  const late = judged.map(({ row, tallies }) => lateOf(row, tallies))
  function tally(row: LackingRow): StateTally[] {
    const apart = own.filter((one) => one.client_id === row.client_id)
    const left = (isUndoable: boolean, devices: number) =>
      devices - apart.filter((one) => one.is_undoable === isUndoable).length
    const undoable = left(true, row.kept + row.fetchable)
    const other = left(false, row.snapshot + row.none)
    const states = [
      ...(undoable > 0 ? [{ state: judge(row, null, true), devices: undoable }] : []),
      ...(other > 0 ? [{ state: judge(row, null, false), devices: other }] : []),
      ...apart.map((one) => ({ state: judge(row, one.device_id, one.is_undoable), devices: 1 })),
    ]
    // A client counts once in each state it is in.
    return states.map((each, place) => ({
      ...each,
      clients: states.findIndex((one) => one.state === each.state) === place ? row.clients : 0,
    }))
  }
  const sum = (key: 'kept' | 'fetchable' | 'snapshot' | 'none' | 'clients') =>
    groups.reduce((total, row) => total + row[key], 0)
  const undo = { kept: sum('kept'), fetchable: sum('fetchable'), snapshot: sum('snapshot'), none: sum('none') }
  return {
    id: first.id,
    name: first.name,
    version: first.version,
    ...patch,
    devices: undo.kept + undo.fetchable + undo.snapshot + undo.none,
    clients: sum('clients'),
    due: {
      firstAt: earliest(groups.map((row) => (row.first_due_at === null ? null : new Date(row.first_due_at)))),
      pastDueDevices: late.reduce((total, each) => total + each.devices, 0),
      pastDueClients: late.reduce((total, each) => total + each.clients, 0),
    },
    undo,
    standing: standingOf(tallies),
  }
}

/** What is past due of one group. Clients with an exception are in no group with others, so its excepted devices are those of one client. */
function lateOf(row: LackingRow, tallies: readonly StateTally[]): { devices: number; clients: number } {
  const devices = Math.max(row.past_due_devices - countExcepted(tallies), 0)
  return { devices, clients: devices > 0 ? row.past_due_clients : 0 }
}

/**
 * Row-level security already says this; said again in plain form it lets an index find the rows of a few clients, which the CASE of the
 * policy does not. For rows `t` of device_patches.
 */
export function inReach({ mspId, clients }: Context): SQL {
  return clients === 'all'
    ? sql`t.msp_id = ${mspId}`
    : sql`t.msp_id = ${mspId} and t.client_id = any (${uuids(clients)})`
}

/** Retired devices are few and mostly none: their ids are looked up once, not joined to every row. For rows `t` of device_patches. */
export async function notRetired(tx: Tx): Promise<SQL> {
  const retired = await tx.select({ id: devices.id }).from(devices).where(isNotNull(devices.retiredAt))
  return notAmong(retired.map((device) => device.id))
}

/** The same where their ids are known already. */
export function notAmong(deviceIds: readonly string[]): SQL {
  return deviceIds.length === 0 ? sql`` : sql`and t.device_id <> all (${uuids(deviceIds)})`
}
