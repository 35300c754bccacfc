import { and, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { invitations } from '../../db/schema/tenancy.ts'

/**
 * `invitationState(row, …, now)` is `open` or `lapsed`, for the database: its link was not used, ended or outlived. What its sender could give by
 * now is judged under the lock on the members (`judgeInvitation`).
 */
export const isHeldSql = (now: Date): SQL =>
  sql`(${and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, now))})`
