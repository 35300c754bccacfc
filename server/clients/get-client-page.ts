import { and, asc, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import { devicePlaces, devices } from '../../db/schema/devices.ts'
import { rollouts } from '../../db/schema/rollouts.ts'
import { clients, sites } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { type Can, no, yes } from '../can.ts'
import { findErasure } from '../client-erasures/apply-erasure.ts'
import { findGroups } from '../client-groups/queries.ts'
import type { Context } from '../context.ts'
import { listPackChoices } from '../due-dates/queries.ts'
import { notFound } from '../errors.ts'
import { type Action, missingPermission } from '../permissions.ts'
import { findPolicyInForce } from '../policies/queries.ts'
import { listSites } from '../sites/queries.ts'
import { clientCan, erasureStage } from './rules.ts'
import type { GetClient } from './schema.ts'
import { seeArchived } from './see-archived.ts'

const mostLeft = 200

/** All of a client's page: what it is, its sites and groups, the devices that left it, and what may be done with it. Archived ones too. */
export function getClientPage(ctx: Context, input: GetClient) {
  return read(ctx, 'client:read', async (tx) => {
    await seeArchived(tx)
    const [client] = await tx.select().from(clients).where(eq(clients.id, input.clientId))
    if (!client) throw notFound('This client')
    const ofClient = eq(rollouts.clientId, client.id)
    const running = await tx.$count(rollouts, and(ofClient, eq(rollouts.state, 'running')))
    const erasure = await findErasure(tx, client.id)
    const isErasing = erasure !== null
    const isArchived = client.archivedAt !== null
    const groups = await findGroups(tx, ctx)
    const may = (action: Action, can: Can = yes): Can =>
      ctx.permissions.has(action) ? can : no(missingPermission(action))
    const hasAllClients = ctx.clients === 'all'
    const unlessArchived = isArchived ? no('It is archived: restore it first.') : yes
    return {
      asOf: ctx.now,
      client: {
        id: client.id,
        name: client.name,
        timeZone: client.timeZone,
        createdAt: client.createdAt,
        archivedAt: client.archivedAt,
      },
      devices: await tx.$count(devices, and(eq(devices.clientId, client.id), isNull(devices.retiredAt))),
      retired: await tx.$count(devices, and(eq(devices.clientId, client.id), isNotNull(devices.retiredAt))),
      running,
      sites: await listSites(tx, client.id),
      groups: groups.filter((group) => group.clientIds.includes(client.id)).map(({ id, name }) => ({ id, name })),
      left: await findLeft(tx, client.id),
      dueDates: {
        dueDays: (await findPolicyInForce(tx, client.id)).policy.dueDays,
        packs: await listPackChoices(tx, client.id),
      },
      erasure: erasure && {
        dueAt: erasure.dueAt,
        requestedAt: erasure.requestedAt,
        requestedBy: erasure.requestedBy,
        reason: erasure.reason,
        hasBegun: erasureStage(erasure) !== 'waiting',
      },
      may: {
        change: may('client:change', unlessArchived),
        setRulePacks: may('client:set-rule-packs', unlessArchived),
        sites: may('site:add', unlessArchived),
        archive: may('client:archive', isArchived ? no('It is archived already.') : yes),
        restore: may('client:restore', clientCan.restore({ isArchived, isErasing })),
        export: may('client:export'),
        erase: may('client:erase', clientCan.erase({ isArchived, isErasing, hasAllClients })),
        cancelErasure: may(
          'client:cancel-erasure',
          erasure ? clientCan.cancelErasure({ stage: erasureStage(erasure), hasAllClients }) : no('No erasure waits.'),
        ),
      },
    }
  })
}

/** Devices that belong elsewhere now, newest first, under the names that they had here. */
function findLeft(tx: Tx, clientId: string) {
  return tx
    .select({
      deviceId: devicePlaces.deviceId,
      hostName: devicePlaces.hostName,
      arrivedAt: devicePlaces.arrivedAt,
      leftAt: devicePlaces.leftAt,
    })
    .from(devicePlaces)
    .where(and(eq(devicePlaces.clientId, clientId), isNotNull(devicePlaces.leftAt)))
    .orderBy(desc(devicePlaces.leftAt), asc(devicePlaces.deviceId))
    .limit(mostLeft)
}

/** Where a device may be moved: the sites of the clients that the caller sees. */
export function listPlaces(ctx: Context) {
  return read(ctx, 'client:read', async (tx) => {
    const rows = await tx
      .select({ clientId: clients.id, clientName: clients.name, siteId: sites.id, siteName: sites.name })
      .from(sites)
      .innerJoin(clients, and(eq(clients.mspId, sites.mspId), eq(clients.id, sites.clientId)))
      .orderBy(asc(clients.name), asc(clients.id), asc(sites.name))
    const byClient = Map.groupBy(rows, (row) => row.clientId)
    return [...byClient.values()].flatMap((own) =>
      own[0]
        ? [
            {
              id: own[0].clientId,
              name: own[0].clientName,
              sites: own.map((row) => ({ id: row.siteId, name: row.siteName })),
            },
          ]
        : [],
    )
  })
}
