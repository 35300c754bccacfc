import { desc, isNotNull } from 'drizzle-orm'
import { clientErasures, clients } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import type { Context } from '../context.ts'
import { seeArchived } from './see-archived.ts'

/** Archived clients with the erasure that waits, if one does, and the proofs of those that were erased: of the newest `mostErasures`. */
export function listArchived(ctx: Context, mostErasures = 200) {
  return read(ctx, 'client:read', async (tx) => {
    await seeArchived(tx)
    const rows = await tx
      .select({ id: clients.id, name: clients.name, archivedAt: clients.archivedAt })
      .from(clients)
      .where(isNotNull(clients.archivedAt))
      .orderBy(desc(clients.archivedAt))
    const erasures = await tx
      .select()
      .from(clientErasures)
      .orderBy(desc(clientErasures.requestedAt))
      .limit(mostErasures)
    const standing = erasures.filter((erasure) => erasure.cancelledAt === null)
    return {
      asOf: ctx.now,
      archived: rows.map((row) => {
        const waiting = standing.find((erasure) => erasure.clientId === row.id && erasure.erasedAt === null)
        return { ...row, erasure: waiting ? { dueAt: waiting.dueAt, requestedBy: waiting.requestedBy } : null }
      }),
      erased: standing
        .filter((erasure) => erasure.erasedAt !== null)
        .map(({ id, clientName, reason, requestedBy, requestedAt, erasedAt, proof }) => ({
          ...{ id, clientName, reason, requestedBy, requestedAt, erasedAt, proof },
          rows: (proof?.tables ?? []).reduce((sum, table) => sum + table.rows, 0),
        })),
    }
  })
}
