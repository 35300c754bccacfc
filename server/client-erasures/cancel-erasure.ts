import { and, eq, isNull } from 'drizzle-orm'
import { clientErasures } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow, notFound } from '../errors.ts'
import type { CancelErasure } from './schema.ts'

/** Takes an erasure back while it waits: the client stays archived, with all that it had. `not-allowed-now` once it has begun. */
export function cancelErasure(ctx: Context, input: CancelErasure): Promise<void> {
  return perform(ctx, 'client:cancel-erasure', async (tx) => {
    const [row] = await tx
      .select()
      .from(clientErasures)
      .where(and(eq(clientErasures.clientId, input.clientId), isNull(clientErasures.cancelledAt)))
      .for('update')
    if (!row) throw notFound('This erasure')
    if (row.erasedAt) throw notAllowedNow('It is erased already.')
    if (row.proof) throw notAllowedNow('The erasure has begun: what is left would not be whole.')
    await tx
      .update(clientErasures)
      .set({ cancelledAt: ctx.now, cancelledBy: actorName(ctx.actor) })
      .where(eq(clientErasures.id, row.id))
    return {
      value: undefined,
      changes: [
        {
          clientId: row.clientId,
          subject: { kind: 'client', id: row.clientId, name: row.clientName },
          details: { cancelled: true },
        },
      ],
    }
  })
}
