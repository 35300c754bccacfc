import { and, eq, isNull } from 'drizzle-orm'
import { decisions } from '../../db/schema/patches.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError, notFound } from '../errors.ts'
import { getPatchRow, patchName } from '../patches/queries.ts'
import type { WithdrawDecision } from './schema.ts'

/** Takes a decision back: rules and wider decisions count again. Rollouts that are under way keep their frozen plan. */
export function withdrawDecision(ctx: Context, input: WithdrawDecision): Promise<void> {
  return perform(ctx, 'patch:withdraw-decision', async (tx) => {
    const standing = and(eq(decisions.id, input.decisionId), isNull(decisions.withdrawnAt))
    const [row] = await tx.select().from(decisions).where(standing)
    if (!row) throw notFound('This decision')
    // Before the scope is looked at: what nobody of the caller's clients has is not found, whoever decided about it.
    const patch = await getPatchRow(tx, row.patchId)
    if (row.clientId === null && ctx.clients !== 'all')
      throw new DomainError('forbidden', 'A decision for all clients is withdrawn by people who see all clients.')
    const ended = await tx
      .update(decisions)
      .set({ withdrawnAt: ctx.now })
      .where(standing)
      .returning({ id: decisions.id })
    if (ended.length === 0) throw notFound('This decision')
    return {
      value: undefined,
      changes: [
        {
          clientId: row.clientId,
          subject: { kind: 'patch', id: patch.id, name: patchName(patch) },
          reason: input.reason,
          details: { withdrawn: row.kind, decidedBy: row.decidedBy },
        },
      ],
    }
  })
}
