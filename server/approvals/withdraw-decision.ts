import { and, eq, isNull } from 'drizzle-orm'
import { decisions } from '../../db/schema/patches.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { getPatchRow, patchName } from '../patches/queries.ts'
import type { WithdrawDecision } from './schema.ts'

/** Takes a decision back: rules and wider decisions count again. Rollouts that are under way keep their frozen plan. */
export function withdrawDecision(ctx: Context, input: WithdrawDecision): Promise<void> {
  return perform(ctx, 'patch:withdraw-decision', async (tx) => {
    const [row] = await tx
      .update(decisions)
      .set({ withdrawnAt: ctx.now })
      .where(and(eq(decisions.id, input.decisionId), isNull(decisions.withdrawnAt)))
      .returning()
    if (!row) throw notFound('This decision')
    const patch = await getPatchRow(tx, row.patchId)
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
