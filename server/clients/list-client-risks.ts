import { asc, eq, isNull, sql } from 'drizzle-orm'
import { clientStatuses } from '../../db/schema/devices.ts'
import { clients, sites } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { findRunningRollouts, type RunningRollout } from '../overview/find-running.ts'
import { findPolicies, type Policies } from '../policies/find-policies.ts'
import { testTags } from '../policies/rules.ts'
import type { Policy } from '../policies/schema.ts'
import { type NextWindow, nextOfRings } from '../windows/rules.ts'
import { type ClientCounts, type ClientRisk, clientRisk, noCounts } from './rules.ts'

/** A client with its counts as the fleet sweep left them; before its first run there is a device and no count yet. */
export interface FleetClient {
  id: string
  name: string
  timeZone: string
  counts: ClientCounts
  hasDevices: boolean
  hasTestDevice: boolean
  testTags: readonly string[]
  policy: Policy
  hasOwnPolicy: boolean
}

export interface ClientLine {
  id: string
  name: string
  timeZone: string
  counts: ClientCounts
  risk: ClientRisk
  isLab: boolean
  hasOwnPolicy: boolean
  nextWindow: NextWindow | null
}

/** Every client the caller may see. One read of the counts, and one look at an index for each client (has it a test device?). */
export async function findFleet(tx: Tx, policies: Policies): Promise<FleetClient[]> {
  const rows = await tx
    .select({ id: clients.id, name: clients.name, timeZone: clients.timeZone, counts: clientStatuses })
    .from(clients)
    .leftJoin(clientStatuses, eq(clientStatuses.clientId, clients.id))
    .where(isNull(clients.archivedAt))
    .orderBy(asc(clients.name), asc(clients.id))
  const tagsOf = (clientId: string) => testTags(policies.of(clientId))
  const wanted = rows.map(({ id }) => ({ id, tags: tagsOf(id) }))
  const found = await tx.execute<{ id: string; has_devices: boolean; has_test: boolean }>(sql`
    select w.id, exists (select from devices d where d.client_id = w.id and d.retired_at is null) as has_devices,
      exists (select from devices d where d.client_id = w.id and d.retired_at is null and d.tags <> '{}' and d.tags && w.tags) as has_test
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (id uuid, tags text[])`)
  const facts = new Map(found.map((row) => [row.id, row]))
  return rows.map(({ id, name, timeZone, counts }) => ({
    id,
    name,
    timeZone,
    // Until the sweep comes by, the counts are still of the devices that a client had.
    counts: counts && facts.get(id)?.has_devices ? counts : noCounts,
    hasDevices: facts.get(id)?.has_devices ?? false,
    hasTestDevice: facts.get(id)?.has_test ?? false,
    testTags: tagsOf(id),
    policy: policies.of(id),
    hasOwnPolicy: policies.ownClientIds.has(id),
  }))
}

/** The clients, those at risk first, each with the reason in words. */
export function rankClients(
  fleet: readonly FleetClient[],
  running: readonly RunningRollout[],
  now: Date,
): ClientLine[] {
  const rolloutsOf = Map.groupBy(running, (rollout) => rollout.client.id)
  const windowOf = rememberWindows(now)
  return fleet
    .map((client): ClientLine => {
      const own = rolloutsOf.get(client.id) ?? []
      const risk = clientRisk({
        ...client,
        gatesAsking: own.reduce(
          (sum, rollout) => sum + rollout.rings.filter((ring) => ring.gates.asking > 0).length,
          0,
        ),
        paused: own.filter((rollout) => rollout.words.kind === 'paused').length,
      })
      return {
        id: client.id,
        name: client.name,
        timeZone: client.timeZone,
        counts: client.counts,
        risk,
        isLab: client.policy.isLab,
        hasOwnPolicy: client.hasOwnPolicy,
        nextWindow: windowOf(client),
      }
    })
    .sort((a, b) => a.risk.rank - b.risk.rank || b.risk.weight - a.risk.weight || a.name.localeCompare(b.name))
}

/** Clients that share a policy and a zone share their windows. */
function rememberWindows(now: Date) {
  const known = new Map<Policy, Map<string, NextWindow | null>>()
  return ({ policy, timeZone }: { policy: Policy; timeZone: string }) => {
    const zones = known.get(policy) ?? new Map<string, NextWindow | null>()
    known.set(policy, zones)
    const before = zones.get(timeZone)
    if (before !== undefined) return before
    const next = nextOfRings(policy, timeZone, now)
    zones.set(timeZone, next)
    return next
  }
}

/** The clients page: every client by risk, with its sites and its newest running rollout. */
export function listClientRisks(ctx: Context) {
  return read(ctx, 'client:read', async (tx) => {
    const policies = await findPolicies(tx)
    const fleet = await findFleet(tx, policies)
    const running = await findRunningRollouts(tx, ctx.now)
    const siteRows = await tx
      .select({ clientId: sites.clientId, name: sites.name })
      .from(sites)
      .orderBy(asc(sites.name))
    const sitesOf = Map.groupBy(siteRows, (site) => site.clientId)
    return {
      asOf: ctx.now,
      rows: rankClients(fleet, running, ctx.now).map((line) => ({
        ...line,
        sites: (sitesOf.get(line.id) ?? []).map((site) => site.name),
        rollout: running.find((rollout) => rollout.client.id === line.id) ?? null,
      })),
      mayCreate: ctx.clients === 'all' && ctx.permissions.has('client:create'),
    }
  })
}
