import { asc, isNull, sql } from 'drizzle-orm'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import { findStanding } from '../billing/find-standing.ts'
import { findFleet } from '../clients/list-client-risks.ts'
import { actorName, type Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { isInForce } from '../exceptions/in-force.ts'
import { isWaiting } from '../exceptions/queries.ts'
import { warnDays } from '../exceptions/rules.ts'
import { findStop } from '../msps/changes-row.ts'
import { findNeeds } from '../overview/find-needs.ts'
import type { Role } from '../permissions.ts'
import { findPolicies } from '../policies/find-policies.ts'
import { isConfirmableSql, isOpenSql } from '../proposals/proposal-rows.ts'
import { commonZone } from './rules.ts'

/** Who asks, where, and which clients they may see: what the frame of every page needs. */
export function getSession(ctx: Context) {
  return read(ctx, 'overview:read', async (tx) => {
    const [msp] = await tx.select({ slug: msps.slug, name: msps.name }).from(msps)
    if (!msp) throw notFound('This page')
    const visible = await tx
      .select({ id: clients.id, name: clients.name, timeZone: clients.timeZone })
      .from(clients)
      .where(isNull(clients.archivedAt))
      .orderBy(asc(clients.name))
    const role: Role | null = ctx.actor.kind === 'person' ? ctx.actor.role : null
    return {
      msp,
      person: { name: actorName(ctx.actor), role },
      hasAllClients: ctx.clients === 'all',
      clients: visible,
      permissions: [...ctx.permissions],
      /** Stands over every page while all changes are stopped. */
      stop: await findStop(tx),
      /** How the company pays: stands over every page while nothing can be changed, or soon cannot. */
      standing: await findStanding(tx, ctx.now),
      asOf: ctx.now,
      /** The zone of pages over several clients, named once on each. */
      timeZone: commonZone(visible.map((client) => client.timeZone)),
    }
  })
}

interface NavigationCounts extends Record<string, unknown> {
  clients: number
  devices: number
  patches: number
  rollouts: number
  waitingGates: number
  holds: number
  exceptions: number
  proposals: number
  proposalsForMe: number
}

/**
 * The numbers beside the places in the sidebar, over the clients the person may see, in one statement: every page asks for them. Devices
 * and patches are what the fleet sweep counted; clients it has not met yet are counted now.
 */
export function countForNavigation(ctx: Context) {
  return read(ctx, 'overview:read', async (tx) => {
    const now = sql`${ctx.now.toISOString()}::timestamptz`
    const rows = await tx.execute<NavigationCounts>(sql`
      with uncounted as materialized (
        select c.id from clients c left join client_statuses s on s.msp_id = c.msp_id and s.client_id = c.id
        where s.patches_counted_since is null
      )
      select (select count(*)::int from clients where archived_at is null) as clients,
        (select coalesce(sum(devices), 0)::int from client_statuses where patches_counted_since is not null)
          + (select count(*)::int from uncounted c join devices d on d.client_id = c.id and d.retired_at is null) as devices,
        (select count(*)::int from (select patch_id from client_patch_counts union select t.patch_id from uncounted c
          join device_patches t on t.client_id = c.id and t.resolved_at is null) p) as patches,
        (select count(*)::int from rollouts where state = 'running') as rollouts,
        (select count(*)::int from rollouts o join ring_patches g on g.msp_id = o.msp_id and g.rollout_id = o.id and g.verdict = 'asking'
          where o.state = 'running') as "waitingGates",
        (select count(*)::int from holds h where h.lifted_at is null and (h.client_id is not null or ${isSeenHere})) as holds,
        (select count(*)::int from exceptions e where (${isWaiting(now)} and e.asked_from = 'client')
          or (${isInForce(now)} and e.expires_at <= ${now} + make_interval(days => ${warnDays}::int))) as exceptions,
        proposals, "proposalsForMe"
      from (select count(*)::int as proposals, count(*) filter (where ${isConfirmableSql(ctx)})::int as "proposalsForMe"
        from proposals where ${isOpenSql(ctx.now)}) open`)
    const [counts] = rows
    if (!counts) throw new Error('counting gave no row')
    const { clients, devices, patches, rollouts, waitingGates, holds, exceptions, proposals, proposalsForMe } = counts
    return { clients, devices, patches, rollouts, waitingGates, holds, exceptions, proposals, proposalsForMe }
  })
}

/**
 * How many things need this person: the rows of the overview, found in the same way and so never another number. Several times the work of
 * the numbers above (it asks what is decided about each missing patch), so it is asked for apart from them and no page waits for it.
 */
export function countNeeds(ctx: Context): Promise<number> {
  return read(ctx, 'overview:read', async (tx) => {
    const policies = await findPolicies(tx)
    const fleet = await findFleet(tx, policies)
    return (await findNeeds(tx, ctx, { policies, fleet })).length
  })
}

/** A hold over all clients counts only where a device the person may see has or had the patch (as `getPatchRow`). */
const isSeenHere = sql`exists (select from device_patches t where t.msp_id = h.msp_id and t.patch_id = h.patch_id)`
