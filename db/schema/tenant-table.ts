import { sql } from 'drizzle-orm'
import { pgTable, timestamp, uuid } from 'drizzle-orm/pg-core'

/** A moment. All times are UTC in the database; zones belong to screens and windows. */
export const moment = () => timestamp({ withTimezone: true, mode: 'date' })

/** Id made by the database (time-ordered, UUID v7). */
export const newId = () => uuid().notNull().default(sql`uuidv7()`)

/**
 * Every tenant table begins with `msp_id` (scope `msp`) or `msp_id, client_id` (scope `client`), so that no table can forget them.
 * Row-level security, forced, comes with the migration; `db/policies.db.test.ts` fails for a table without it.
 */
export const mspScope = { mspId: uuid().notNull() }
export const clientScope = { mspId: uuid().notNull(), clientId: uuid().notNull() }
/** Rows of one client, or of the whole MSP when `client_id` is null. */
export const sharedScope = { mspId: uuid().notNull(), clientId: uuid() }

export { pgTable as tenantTable }
