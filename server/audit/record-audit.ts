import { auditRecords, changeFeed } from '../../db/schema/records.ts'
import type { Tx } from '../../db/tenant.ts'
import { actorName, type Context } from '../context.ts'
import type { Action } from '../permissions.ts'

/** What browsers watch: a change names the topic and the page refetches. */
export type Topic = 'device' | 'patch' | 'hold' | 'policy' | 'rollout' | 'client' | 'enrolment' | 'member'

/** One thing that changed, in the words of the audit log. `clientId` null = concerns the MSP as a whole. */
export interface Change {
  clientId: string | null
  subject: { kind: Topic; id: string; name: string }
  reason?: string
  /** Plain JSON: what it was and what it is. */
  details?: Record<string, unknown>
}

/** Writes the audit records of one verb and tells the live stream; only `access.ts` calls it. */
export async function recordAudit(tx: Tx, ctx: Context, action: Action, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  await tx.insert(auditRecords).values(
    changes.map((change) => ({
      mspId: ctx.mspId,
      clientId: change.clientId,
      at: ctx.now,
      actorKind: ctx.actor.kind,
      actorId: ctx.actor.kind === 'person' ? ctx.actor.userId : ctx.actor.job,
      actorName: actorName(ctx.actor),
      action,
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
