import { eq } from 'drizzle-orm'
import { auditRecords } from '../../db/schema/records.ts'
import { members } from '../../db/schema/tenancy.ts'
import { auditRow } from '../audit/record-audit.ts'
import type { AccountAction } from '../permissions.ts'
import type { AuthTx } from './store.ts'

export interface AccountEvent {
  userId: string
  action: AccountAction
  at: Date
  /** In words: what it was done with, or why it was refused. */
  reason?: string
  details?: Record<string, unknown>
  outcome?: 'done' | 'denied'
}

/**
 * Writes what a person did to their way in, or what was refused in their name, into the log of each MSP they belong to. Where it tells of
 * a change, `tx` is that change's transaction.
 */
export async function tellMsps(tx: AuthTx, event: AccountEvent): Promise<void> {
  const { userId, action, at, reason, details, outcome } = event
  const memberships = await tx
    .select({ mspId: members.mspId, name: members.name })
    .from(members)
    .where(eq(members.userId, userId))
  if (memberships.length === 0) return
  await tx.insert(auditRecords).values(
    memberships.map(({ mspId, name }) => {
      const subject = { kind: 'member', id: userId, name } as const
      const change = { clientId: null, subject, reason, details }
      return auditRow({ mspId, at, actor: { kind: 'person', id: userId, name } }, action, change, outcome)
    }),
  )
}
