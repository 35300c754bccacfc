import { and, eq, isNull } from 'drizzle-orm'
import { clientErasures } from '../../db/schema/tenancy.ts'
import { perform, requireWhole } from '../access.ts'
import { clientCan, erasureStage, wholeOnly } from '../clients/rules.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow, notFound } from '../errors.ts'
import type { CancelErasure } from './schema.ts'

/**
 * Takes an erasure back while it waits: the client stays archived, with all that it had. For those who could ask for it; `not-allowed-now`
 * once it has begun.
 */
export function cancelErasure(ctx: Context, input: CancelErasure): Promise<void> {
  return perform(ctx, 'client:cancel-erasure', async (tx) => {
    const [row] = await tx
      .select()
      .from(clientErasures)
      .where(and(eq(clientErasures.clientId, input.clientId), isNull(clientErasures.cancelledAt)))
      .for('update')
    if (!row) throw notFound('This erasure')
    requireWhole(ctx, wholeOnly.cancelErasure)
    const can = clientCan.cancelErasure({ stage: erasureStage(row), hasAllClients: true })
    if (!can.can) throw notAllowedNow(can.reason)
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
