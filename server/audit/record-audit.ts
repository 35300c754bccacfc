import { auditRecords, changeFeed } from '../../db/schema/records.ts'
import type { Tx } from '../../db/tenant.ts'
import { actorId, actorName, type Context } from '../context.ts'
import type { AccountAction, Action } from '../permissions.ts'

/** What browsers watch: a change names the topic and the page refetches. */
export type Topic =
  | 'device'
  | 'patch'
  | 'hold'
  | 'exception'
  | 'consent'
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
  | 'report'
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

/** Who did something, where and when, as the log has it. */
interface Doer {
  mspId: string
  at: Date
  actor: { kind: Context['actor']['kind']; id: string; name: string }
}

const doerOf = ({ mspId, now, actor }: Context): Doer => ({
  mspId,
  at: now,
  actor: { kind: actor.kind, id: actorId(actor), name: actorName(actor) },
})

/** A record as it is stored: the one place that says which word goes into which column. */
export function auditRow(
  { mspId, at, actor }: Doer,
  action: Action | AccountAction,
  { clientId, subject, reason = '', details = {} }: Omit<Change, 'action'>,
  outcome: 'done' | 'denied' = 'done',
): typeof auditRecords.$inferInsert {
  return {
    ...{ mspId, clientId, at, action, reason, outcome },
    ...{ actorKind: actor.kind, actorId: actor.id, actorName: actor.name },
    ...{ subjectKind: subject.kind, subjectId: subject.id, subjectName: subject.name },
    changes: details,
  }
}

/** Writes the audit records of one verb and tells the live stream; only `access.ts` calls it. */
export async function recordAudit(tx: Tx, ctx: Context, action: Action, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  await tx.insert(auditRecords).values(changes.map((change) => auditRow(doerOf(ctx), change.action ?? action, change)))
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
  const doer = doerOf(ctx)
  const { id, name } = doer.actor
  const change = { clientId: null, subject: { kind: 'member' as const, id, name }, reason }
  await tx.insert(auditRecords).values(auditRow(doer, action, change, 'denied'))
}
