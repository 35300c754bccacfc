import { eq } from 'drizzle-orm'
import { proposals } from '../../db/schema/records.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import { notAllowedNow, notFound } from '../errors.ts'
import { proposalCan, proposalState } from './rules.ts'

export type ProposalRow = typeof proposals.$inferSelect

/** One proposal, locked until the verb ends, or *not found*: also for who may not see each client that it reaches. */
export async function lockProposal(tx: Tx, proposalId: string): Promise<ProposalRow> {
  const [row] = await tx.select().from(proposals).where(eq(proposals.id, proposalId)).for('update')
  if (!row) throw notFound('This proposal')
  return row
}

/** What the caller may do with it; see `proposalCan`. */
export function factsOf(ctx: Context, row: Pick<ProposalRow, 'decision' | 'expiresAt' | 'proposedBy'>) {
  return {
    state: proposalState(row, ctx.now),
    isOwn: ctx.actor.kind !== 'system' && ctx.actor.userId === row.proposedBy,
    hasRight: ctx.permissions.has('proposal:confirm'),
  }
}

/** Throws the sentence of the disabled button. */
export function requireCan(ctx: Context, row: ProposalRow, what: keyof typeof proposalCan): void {
  const answer = proposalCan[what](factsOf(ctx, row))
  if (!answer.can) throw notAllowedNow(answer.reason)
}

/** Ends a proposal. Answers the change for the log, once for each client that it would have reached. */
export async function endProposal(
  tx: Tx,
  ctx: Context,
  row: ProposalRow,
  decision: 'confirmed' | 'rejected' | 'withdrawn',
  reason = '',
): Promise<Change[]> {
  if (ctx.actor.kind === 'system') throw new Error('a proposal is ended by a person')
  await tx
    .update(proposals)
    .set({
      decision,
      decidedBy: ctx.actor.userId,
      decidedByName: ctx.actor.name,
      decidedAt: ctx.now,
      decisionReason: reason,
    })
    .where(eq(proposals.id, row.id))
  return row.clientIds.map((clientId) => ({
    clientId,
    subject: { kind: 'proposal', id: row.id, name: row.title },
    reason: reason || row.reason,
    details: { action: row.action, decision, proposedBy: row.proposedByName },
  }))
}
