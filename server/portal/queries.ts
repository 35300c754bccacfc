import { asc, eq, isNull } from 'drizzle-orm'
import { clientStatuses } from '../../db/schema/devices.ts'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import { noCounts } from '../clients/rules.ts'
import { actorName, type Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { findPolicies } from '../policies/find-policies.ts'
import { nextOfRings } from '../windows/rules.ts'
import type { GetPortal } from './schema.ts'

/**
 * How the computers of one organisation stand, for its own manager. *Not found* for another organisation's name and for one that is no
 * name. Counts are those the fleet sweep left; `countedAt` null = it has not been there yet.
 */
export function getPortal(ctx: Context, input: GetPortal) {
  return read(ctx, 'portal:read', async (tx) => {
    const [msp] = await tx.select({ slug: msps.slug, name: msps.name }).from(msps)
    const organisations = await tx
      .select({ id: clients.id, slug: clients.slug, name: clients.name, timeZone: clients.timeZone })
      .from(clients)
      .where(isNull(clients.archivedAt))
      .orderBy(asc(clients.name), asc(clients.id))
    const organisation = input.client ? organisations.find(({ slug }) => slug === input.client) : organisations[0]
    if (!msp || !organisation) throw notFound('This page')
    const { id, slug, name, timeZone } = organisation
    const [status] = await tx.select().from(clientStatuses).where(eq(clientStatuses.clientId, id))
    const { devices, compliant, rebootPending, silent, noData } = status ?? noCounts
    return {
      msp,
      person: { name: actorName(ctx.actor) },
      organisation: { slug, name, timeZone },
      organisations: organisations.map((one) => ({ slug: one.slug, name: one.name })),
      computers: { all: devices, upToDate: compliant, waitForRestart: rebootPending, silent: silent + noData },
      countedAt: status?.refreshedAt ?? null,
      /** When updates may start next on any of its computers. */
      window: nextOfRings((await findPolicies(tx, [id])).of(id), timeZone, ctx.now),
      asOf: ctx.now,
    }
  })
}
