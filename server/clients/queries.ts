import { asc, eq, isNull } from 'drizzle-orm'
import { clientStatuses } from '../../db/schema/devices.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'

/** One client of the tenant, or *not found*. */
export async function getClientRow(tx: Tx, clientId: string) {
  const [row] = await tx.select().from(clients).where(eq(clients.id, clientId))
  if (!row) throw notFound('This client')
  return row
}

const listed = {
  id: clients.id,
  slug: clients.slug,
  name: clients.name,
  timeZone: clients.timeZone,
  /** Counts as the fleet sweep last left them; null before its first run. */
  status: {
    devices: clientStatuses.devices,
    compliant: clientStatuses.compliant,
    rebootPending: clientStatuses.rebootPending,
    pastDue: clientStatuses.pastDue,
    silent: clientStatuses.silent,
    noData: clientStatuses.noData,
    failed: clientStatuses.failed,
    refreshedAt: clientStatuses.refreshedAt,
  },
}

/** The clients that the actor may see, by name, each with its counts. An MSP has hundreds, not thousands: one page. */
export function listClients(ctx: Context) {
  return read(ctx, 'client:read', (tx) =>
    tx
      .select(listed)
      .from(clients)
      .leftJoin(clientStatuses, eq(clientStatuses.clientId, clients.id))
      .where(isNull(clients.archivedAt))
      .orderBy(asc(clients.name), asc(clients.id)),
  )
}
