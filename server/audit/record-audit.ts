import { auditRecords, changeFeed } from '../../db/schema/records.ts'
import type { Tx } from '../../db/tenant.ts'
import { actorId, actorName, type Context } from '../context.ts'
import type { Action } from '../permissions.ts'

/** What browsers watch: a change names the topic and the page refetches. */
export type Topic =
  | 'device'
  | 'patch'
  | 'hold'
  | 'policy'
  | 'rollout'
  | 'client'
  | 'client-group'
  | 'site'
  | 'enrolment'
  | 'member'
  | 'invitation'
  | 'api-key'
  | 'proposal'
  | 'msp'

/** One thing that changed, in the words of the audit log. `clientId` null = concerns the MSP as a whole. */
export interface Change {
  clientId: string | null
  subject: { kind: Topic; id: string; name: string }
  reason?: string
  /** Plain JSON: what it was and what it is. */
  details?: Record<string, unknown>
  /** What was done here, where the verb did something else than its name says: it only proposed, or did what was proposed. */
  action?: Action
}

const written = (ctx: Context, action: Action) => ({
  mspId: ctx.mspId,
  at: ctx.now,
  actorKind: ctx.actor.kind,
  actorId: actorId(ctx.actor),
  actorName: actorName(ctx.actor),
  action,
})

/** Writes the audit records of one verb and tells the live stream; only `access.ts` calls it. */
export async function recordAudit(tx: Tx, ctx: Context, action: Action, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  await tx.insert(auditRecords).values(
    changes.map((change) => ({
      ...written(ctx, change.action ?? action),
      clientId: change.clientId,
      subjectKind: change.subject.kind,
      subjectId: change.subject.id,
      subjectName: change.subject.name,
      reason: change.reason ?? '',
      changes: change.details ?? {},
    })),
  )
  await tx.insert(changeFeed).values(
    changes.map((change) => ({
      mspId: ctx.mspId,
      clientId: change.clientId,
      topic: change.subject.kind,
      subjectId: change.subject.id,
    })),
  )
}

/** Writes that somebody tried what they may not: about themselves, for nothing else was looked at. Only `access.ts` calls it. */
export async function recordDenied(tx: Tx, ctx: Context, action: Action, reason: string): Promise<void> {
  await tx.insert(auditRecords).values({
    ...written(ctx, action),
    clientId: null,
    subjectKind: 'member' satisfies Topic,
    subjectId: actorId(ctx.actor),
    subjectName: actorName(ctx.actor),
    reason,
    outcome: 'denied',
  })
}
