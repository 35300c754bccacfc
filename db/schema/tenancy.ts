import { boolean, foreignKey, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { clientScope, moment, mspScope, newId, tenantTable } from './tenant-table.ts'

export const msps = pgTable('msps', {
  id: newId().primaryKey(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  createdAt: moment().notNull(),
  /** Rollouts are numbered through the whole MSP, also by people who see only some of its clients. */
  lastRolloutNumber: integer().notNull().default(0),
})

export const members = tenantTable(
  'members',
  {
    ...mspScope,
    userId: uuid().notNull(),
    name: text().notNull(),
    email: text().notNull(),
    role: text({ enum: ['owner', 'technician', 'read-only'] }).notNull(),
    hasAllClients: boolean().notNull(),
    createdAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.userId] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    index('members_user').on(t.userId),
  ],
)

export const clients = tenantTable(
  'clients',
  {
    ...mspScope,
    id: newId(),
    slug: text().notNull(),
    name: text().notNull(),
    timeZone: text().notNull(),
    createdAt: moment().notNull(),
    archivedAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    unique().on(t.mspId, t.slug),
  ],
)

export const memberClients = tenantTable('member_clients', { ...clientScope, userId: uuid().notNull() }, (t) => [
  primaryKey({ columns: [t.mspId, t.userId, t.clientId] }),
  foreignKey({ columns: [t.mspId, t.userId], foreignColumns: [members.mspId, members.userId] }).onDelete('cascade'),
  foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }).onDelete('cascade'),
])

export const sites = tenantTable('sites', { ...clientScope, id: newId(), name: text().notNull() }, (t) => [
  primaryKey({ columns: [t.mspId, t.id] }),
  foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
  unique().on(t.mspId, t.clientId, t.name),
  unique().on(t.mspId, t.clientId, t.id),
])
