import { desc, eq } from 'drizzle-orm'
import { consents } from '../../db/schema/consents.ts'
import { decisions, holds } from '../../db/schema/patches.ts'
import { clients } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { type Can, no, wholeCan, yes } from '../can.ts'
import type { Context } from '../context.ts'
import { missingPermission } from '../permissions.ts'
import { wholeOnly } from './rules.ts'

/** One line of a patch's history: a decision, a hold or a question to a client, standing or ended. */
export interface PatchEvent {
  id: string
  kind: 'approve' | 'reject' | 'defer' | 'hold' | 'consent'
  /** The client's name, or null for all clients. */
  clientName: string | null
  isForOneDevice: boolean
  /** Of a hold: who or what set it. */
  source: 'gate' | 'breaker' | 'person'
  by: string
  at: Date
  until: Date | null
  reason: string
  ended: { at: Date; by: string | null; reason: string | null } | null
  /** Of a question to a client: what it answered; null while it did not. */
  answer: { isYes: boolean; by: string; at: Date; reason: string } | null
  /** Withdraw a decision, lift a hold, end a question. */
  canEnd: Can
}

const mostEvents = 200

/** Decisions, holds and questions to clients about a patch, newest first, of the clients the caller may see and of the MSP as a whole. */
export async function findPatchHistory(tx: Tx, ctx: Context, patchId: string): Promise<PatchEvent[]> {
  const decided = await tx
    .select({ row: decisions, clientName: clients.name })
    .from(decisions)
    .leftJoin(clients, eq(clients.id, decisions.clientId))
    .where(eq(decisions.patchId, patchId))
    .orderBy(desc(decisions.decidedAt))
    .limit(mostEvents)
  const held = await tx
    .select({ row: holds, clientName: clients.name })
    .from(holds)
    .leftJoin(clients, eq(clients.id, holds.clientId))
    .where(eq(holds.patchId, patchId))
    .orderBy(desc(holds.setAt))
    .limit(mostEvents)
  const asked = await tx
    .select({ row: consents, clientName: clients.name })
    .from(consents)
    .innerJoin(clients, eq(clients.id, consents.clientId))
    .where(eq(consents.patchId, patchId))
    .orderBy(desc(consents.askedAt))
    .limit(mostEvents)
  const events = [
    ...asked.map(
      ({ row, clientName }): PatchEvent => ({
        ...{ id: row.id, kind: 'consent', clientName, isForOneDevice: false, source: 'person' },
        ...{ by: row.askedBy, at: row.askedAt, until: null, reason: row.reason },
        answer:
          row.answer && row.answeredAt
            ? { isYes: row.answer === 'yes', by: row.answeredBy ?? '', at: row.answeredAt, reason: row.answerReason }
            : null,
        ended: row.endedAt && { at: row.endedAt, by: row.endedBy, reason: row.endReason },
        canEnd: mayEnd(ctx, 'consent:end', row.clientId),
      }),
    ),
    ...decided.map(
      ({ row, clientName }): PatchEvent => ({
        id: row.id,
        kind: row.kind,
        clientName,
        isForOneDevice: row.deviceId !== null,
        source: 'person',
        answer: null,
        by: row.decidedBy,
        at: row.decidedAt,
        until: row.deferUntil,
        reason: row.reason,
        ended: row.withdrawnAt && { at: row.withdrawnAt, by: null, reason: null },
        canEnd: mayEnd(ctx, 'patch:withdraw-decision', row.clientId),
      }),
    ),
    ...held.map(
      ({ row, clientName }): PatchEvent => ({
        id: row.id,
        kind: 'hold',
        clientName,
        isForOneDevice: false,
        source: row.source,
        answer: null,
        by: row.setBy,
        at: row.setAt,
        until: null,
        reason: holdReason(ctx, row),
        ended: row.liftedAt && { at: row.liftedAt, by: row.liftedBy, reason: row.liftReason },
        canEnd: mayEnd(ctx, 'hold:lift', row.clientId),
      }),
    ),
  ]
  return events.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, mostEvents)
}

/** The same answer as the verb gives. */
export function mayEnd(
  ctx: Context,
  action: 'patch:withdraw-decision' | 'hold:lift' | 'consent:end',
  clientId: string | null,
): Can {
  if (!ctx.permissions.has(action)) return no(missingPermission(action))
  return clientId === null ? wholeCan(ctx.clients === 'all', wholeOnly.takeBack) : yes
}

/** The breaker's own words count devices across all clients: who sees only some is not told how many. */
export function holdReason(ctx: Context, hold: { source: 'gate' | 'breaker' | 'person'; reason: string }): string {
  return hold.source === 'breaker' && ctx.clients !== 'all'
    ? 'The breaker tripped: it failed on too many devices across the clients.'
    : hold.reason
}
