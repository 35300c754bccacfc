import { and, eq, isNull } from 'drizzle-orm'
import { decisions } from '../../db/schema/patches.ts'
import { requireWhole, type Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { findReach } from '../patches/find-reach.ts'
import { getPatchRow, type PatchRow, patchName } from '../patches/queries.ts'
import { type Reach, type Scope, scopeOf } from '../proposals/rules.ts'
import { wholeOnly } from './rules.ts'
import type { WithdrawDecision } from './schema.ts'

export interface CheckedEnd {
  input: WithdrawDecision
  row: typeof decisions.$inferSelect
  patch: PatchRow
}

const standing = (decisionId: string) => and(eq(decisions.id, decisionId), isNull(decisions.withdrawnAt))

/** The standing decision. *Not found*, or `forbidden` for one over all clients by somebody who sees some. */
export async function checkEnd(tx: Tx, ctx: Context, input: WithdrawDecision): Promise<CheckedEnd> {
  const [row] = await tx.select().from(decisions).where(standing(input.decisionId))
  if (!row) throw notFound('This decision')
  // Before the scope is looked at: what nobody of the caller's clients has is not found, whoever decided about it.
  const patch = await getPatchRow(tx, row.patchId)
  if (row.clientId === null) requireWhole(ctx, wholeOnly.takeBack)
  return { input, row, patch }
}

/** The clients that the decision named; none where an approval is taken back: that frees nothing. */
export const freedScope = ({ row }: CheckedEnd): Scope => (row.kind === 'approve' ? [] : scopeOf(row.clientId))

/** Whom the patch may reach again there. */
export const findFreed = (tx: Tx, checked: CheckedEnd): Promise<Reach[]> =>
  findReach(tx, { patchId: checked.row.patchId, clients: freedScope(checked), deviceId: checked.row.deviceId })

/** Takes the decision back. */
export async function endDecision(tx: Tx, ctx: Context, { input, row, patch }: CheckedEnd): Promise<Change[]> {
  const ended = await tx
    .update(decisions)
    .set({ withdrawnAt: ctx.now })
    .where(standing(row.id))
    .returning({ id: decisions.id })
  // Somebody else was a moment faster.
  if (ended.length === 0) throw notFound('This decision')
  return [
    {
      clientId: row.clientId,
      subject: { kind: 'patch', id: patch.id, name: patchName(patch) },
      reason: input.reason,
      details: { withdrawn: row.kind, decidedBy: row.decidedBy },
    },
  ]
}
