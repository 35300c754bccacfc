import { and, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import { auditRecords } from '../../db/schema/records.ts'
import { apiKeys, clients } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Action } from '../permissions.ts'
import type { Reach, Scope } from './rules.ts'

/** What somebody did in parts counts as one act for this long. */
export const splitMs = 24 * 3_600_000

/** Somebody, and the end of the time that is looked at. */
interface Who {
  userId: string
  now: Date
}

/**
 * The reach with every client that the act names, also where no device is touched yet: a device that comes tomorrow is covered by the same
 * yes. `all`: every client that is not archived.
 */
export async function coverScope(tx: Tx, reach: readonly Reach[], scope: Scope): Promise<Reach[]> {
  const named =
    scope === 'all'
      ? (await tx.select({ id: clients.id }).from(clients).where(isNull(clients.archivedAt))).map(({ id }) => id)
      : scope
  const known = new Set(reach.map((one) => one.clientId))
  return [...reach, ...named.filter((id) => !known.has(id)).map((clientId) => ({ clientId, devices: 0 }))]
}

/**
 * The clients at which the same person, or a key of theirs, did the same to the same subject in the last day, without a second person:
 * one client after the other is many clients too.
 */
export async function findSplit(
  tx: Tx,
  who: Who,
  { action, subjectId }: { action: string; subjectId?: string | undefined },
): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ clientId: auditRecords.clientId })
    .from(auditRecords)
    .where(and(isOwnPart(tx, who, action), subjectId === undefined ? undefined : eq(auditRecords.subjectId, subjectId)))
  return rows.flatMap(({ clientId }) => (clientId ? [clientId] : []))
}

/** How often they did it in that time, of an act that is about one device each. */
export const countParts = (tx: Tx, who: Who, action: string): Promise<number> =>
  tx.$count(auditRecords, isOwnPart(tx, who, action))

function isOwnPart(tx: Tx, { userId, now }: Who, action: string): SQL | undefined {
  const ownKeys = tx
    .select({ id: sql<string>`${apiKeys.id}::text` })
    .from(apiKeys)
    .where(eq(apiKeys.userId, userId))
  return and(
    gt(auditRecords.at, new Date(now.getTime() - splitMs)),
    // A key of `proposable`, as the log has it.
    eq(auditRecords.action, action as Action),
    eq(auditRecords.outcome, 'done'),
    or(eq(auditRecords.actorId, userId), inArray(auditRecords.actorId, ownKeys)),
    sql`not ${auditRecords.changes} ? 'proposedBy'`,
  )
}
