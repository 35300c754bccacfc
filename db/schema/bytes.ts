import { customType } from 'drizzle-orm/pg-core'

/** A file in a row. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })
