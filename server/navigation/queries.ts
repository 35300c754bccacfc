import { and, asc, count, eq, exists, isNull, or, type SQL, sql } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import { devicePatches, holds, patches } from '../../db/schema/patches.ts'
import { ringPatches, rollouts } from '../../db/schema/rollouts.ts'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notFound } from '../errors.ts'
import type { Role } from '../permissions.ts'
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
      /** The zone of pages over several clients, named once on each. */
      timeZone: commonZone(visible.map((client) => client.timeZone)),
    }
  })
}

/** The numbers beside the places in the sidebar, over the clients the person may see. */
export function countForNavigation(ctx: Context) {
  return read(ctx, 'overview:read', async (tx) => ({
    clients: await countRows(tx, clients, isNull(clients.archivedAt)),
    devices: await countRows(tx, devices, isNull(devices.retiredAt)),
    patches: await countRows(
      tx,
      patches,
      exists(
        tx
          .select({ one: sql`1` })
          .from(devicePatches)
          .where(
            and(
              eq(devicePatches.mspId, patches.mspId),
              eq(devicePatches.patchId, patches.id),
              isNull(devicePatches.resolvedAt),
            ),
          ),
      ),
    ),
    rollouts: await countRows(tx, rollouts, eq(rollouts.state, 'running')),
    waitingGates: await countWaitingGates(tx),
    holds: await countRows(tx, holds, and(isNull(holds.liftedAt), or(ofOneClient, isSeenHere(tx)))),
  }))
}

const ofOneClient = sql`${holds.clientId} is not null`

/** A hold over all clients counts only where a device the person may see has or had the patch (as `getPatchRow`). */
function isSeenHere(tx: Tx): SQL {
  return exists(
    tx
      .select({ one: sql`1` })
      .from(devicePatches)
      .where(and(eq(devicePatches.mspId, holds.mspId), eq(devicePatches.patchId, holds.patchId))),
  )
}

async function countRows(
  tx: Tx,
  table: typeof clients | typeof devices | typeof patches | typeof rollouts | typeof holds,
  where: SQL | undefined,
): Promise<number> {
  const [row] = await tx.select({ rows: count() }).from(table).where(where)
  return row?.rows ?? 0
}

/** Gates that wait for a person's answer. */
async function countWaitingGates(tx: Tx): Promise<number> {
  const [row] = await tx
    .select({ rows: count() })
    .from(ringPatches)
    .innerJoin(rollouts, and(eq(rollouts.mspId, ringPatches.mspId), eq(rollouts.id, ringPatches.rolloutId)))
    .where(and(eq(rollouts.state, 'running'), eq(ringPatches.verdict, 'asking')))
  return row?.rows ?? 0
}
