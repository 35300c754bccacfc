import { foreignKey, integer, jsonb, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { clients } from './tenancy.ts'
import { moment, newId, sharedScope, tenantTable } from './tenant-table.ts'

/** Every saved version. `client_id` null = the MSP's standard, with a whole document; a client's row holds only what it overrides. */
export const policies = tenantTable(
  'policies',
  {
    ...sharedScope,
    id: newId(),
    version: integer().notNull(),
    document: jsonb().$type<Record<string, unknown>>().notNull(),
    createdBy: text().notNull(),
    createdAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
    unique().on(t.mspId, t.clientId, t.version).nullsNotDistinct(),
  ],
)
