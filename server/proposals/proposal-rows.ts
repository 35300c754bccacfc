import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { proposals } from '../../db/schema/records.ts'
import { clients, memberClients, members } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { actorId, type Context } from '../context.ts'
import { notAllowedNow, notFound } from '../errors.ts'
import type { Action } from '../permissions.ts'
import { uuids } from '../uuid-array.ts'
import {
  type AskedFor,
  confirmerCan,
  type ProposalDecision,
  type ProposalFacts,
  proposalCan,
  proposalState,
} from './rules.ts'

export type ProposalRow = typeof proposals.$inferSelect

/** `proposalState(row, now) === 'open'` for the database. */
export const isOpenSql = (now: Date): SQL => sql`(${and(isNull(proposals.decision), gt(proposals.expiresAt, now))})`

/**
 * Does it reach a client that is archived now? Then nobody confirms it (row-level security hides it from every verb), unless it is the erasure
 * of that client. Asked by `withArchived` only.
 */
export const isShutSql: SQL = sql`(${proposals.action} <> ${'client:erase' satisfies Action} and exists (
  select from ${clients} c where c.id = any (${proposals.clientIds}) and c.archived_at is not null))`

/** `proposalCan.confirm` of an open one for the database: might the caller be its second person? */
export function isConfirmableSql(ctx: Context): SQL {
  const viewer = { permissions: ctx.permissions, hasAllClients: ctx.clients === 'all' }
  const mayConfirm = (needsAllClients: boolean) =>
    `{${[...ctx.permissions].filter((action) => confirmerCan(viewer, { action, needsAllClients }).can).join(',')}}`
  return sql`(${proposals.proposedBy}::text <> ${actorId(ctx.actor)} and ${proposals.action} = any (
    case when ${proposals.needsAllClients} then ${mayConfirm(true)}::text[] else ${mayConfirm(false)}::text[] end))`
}

/** Does a member see each of these clients, or all where it has to be all? As far as they were given them, suspended or not. */
export const seesAllSql = (clientIds: readonly string[], needsAllClients: boolean): SQL =>
  sql`case when ${members.hasAllClients} then true when ${needsAllClients} then false
    else ${uuids(clientIds)} <@ array(select c.client_id from ${memberClients} c
      where c.msp_id = ${members.mspId} and c.user_id = ${members.userId}) end`

/** One proposal, locked until the verb ends, or *not found*: also for who may not see each client that it reaches. */
export async function lockProposal(tx: Tx, proposalId: string): Promise<ProposalRow> {
  const [row] = await tx.select().from(proposals).where(eq(proposals.id, proposalId)).for('update')
  if (!row) throw notFound('This proposal')
  return row
}

/** What the caller may do with it; see `proposalCan`. */
export function factsOf(
  ctx: Context,
  row: Pick<ProposalRow, 'decision' | 'expiresAt' | 'proposedBy'> & AskedFor,
): ProposalFacts {
  return {
    state: proposalState(row, ctx.now),
    isOwn: ctx.actor.kind !== 'system' && ctx.actor.userId === row.proposedBy,
    confirmer: confirmerCan({ permissions: ctx.permissions, hasAllClients: ctx.clients === 'all' }, row),
    mayReject: ctx.permissions.has('proposal:reject'),
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
  decision: Exclude<ProposalDecision, 'expired'>,
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
