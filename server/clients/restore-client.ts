import { and, eq, isNull } from 'drizzle-orm'
import { clientErasures, clients } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { clientChange, lockClient } from './lock-client.ts'
import { clientCan } from './rules.ts'
import type { GetClient } from './schema.ts'
import { seeArchived } from './see-archived.ts'

/** Takes a client back into every list, with all that it had. `not-allowed-now` while its erasure waits. */
export function restoreClient(ctx: Context, input: GetClient): Promise<void> {
  return perform(ctx, 'client:restore', async (tx) => {
    await seeArchived(tx)
    const client = await lockClient(tx, input.clientId)
    const [erasure] = await tx
      .select({ id: clientErasures.id })
      .from(clientErasures)
      .where(and(eq(clientErasures.clientId, client.id), isNull(clientErasures.cancelledAt)))
    const can = clientCan.restore({ isArchived: client.archivedAt !== null, isErasing: erasure !== undefined })
    if (!can.can) throw notAllowedNow(can.reason)
    await tx.update(clients).set({ archivedAt: null }).where(eq(clients.id, client.id))
    return {
      value: undefined,
      changes: [clientChange(client, { archived: false, since: client.archivedAt?.toISOString() })],
    }
  })
}
