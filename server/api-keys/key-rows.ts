import { and, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { apiKeys } from '../../db/schema/tenancy.ts'

/** `keyState(row, now) === 'usable'` for the database. */
export const isUsableSql = (now: Date): SQL => sql`(${and(isNull(apiKeys.revokedAt), gt(apiKeys.expiresAt, now))})`
