import { sql } from 'drizzle-orm'

/** Validated ids as one parameter of an array type, however many: `any (…)` of it is one statement for all lengths. */
export const uuids = (ids: readonly string[]) => sql`${`{${ids.join(',')}}`}::uuid[]`
