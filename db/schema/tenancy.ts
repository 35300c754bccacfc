import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { clientScope, moment, mspScope, newId, tenantTable } from './tenant-table.ts'

export const msps = pgTable(
  'msps',
  {
    id: newId().primaryKey(),
    slug: text().notNull().unique(),
    name: text().notNull(),
    createdAt: moment().notNull(),
    /** Rollouts are numbered through the whole MSP, also by people who see only some of its clients. */
    lastRolloutNumber: integer().notNull().default(0),
    /** An action that touches more devices than this wants a second person. */
    secondPersonDevices: integer().notNull().default(50),
    /** Devices that may start an install in any one hour, whatever was approved. */
    devicesPerHour: integer().notNull().default(500),
    /** Whether client managers, who are no people of the company, need a second factor like everybody else. */
    managersNeedFactor: boolean().notNull().default(true),
    /** Until then there counts as being somebody else who confirms: who could was changed, removed or reset. */
    secondPersonUntil: moment(),
    /** The kill switch: since then no device gets anything that changes it (`door.is_stopped`). Null = changes go on. */
    changesStoppedAt: moment(),
    changesStoppedBy: text(),
    changesStopReason: text(),
    /** Until then nothing is paid and everything goes. Who was here before trials were has one from then on. */
    trialEndsAt: moment().notNull().default(sql`now() + interval '30 days'`),
  },
  () => [
    check(
      'msps_changes_stop_whole',
      sql`num_nulls(changes_stopped_at, changes_stopped_by, changes_stop_reason) in (0, 3)`,
    ),
  ],
)

export const members = tenantTable(
  'members',
  {
    ...mspScope,
    userId: uuid().notNull(),
    name: text().notNull(),
    email: text().notNull(),
    role: text({
      enum: ['owner', 'admin', 'approver', 'technician', 'billing', 'read-only', 'client-manager'],
    }).notNull(),
    hasAllClients: boolean().notNull(),
    createdAt: moment().notNull(),
    /** May not come in until somebody restores them; null = may. */
    suspendedAt: moment(),
    /** From when they may be a second person; a row that does not say waits a day. */
    mayConfirmFrom: moment().notNull().default(sql`now() + interval '1 day'`),
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
    uniqueIndex('clients_name').on(t.mspId, sql`lower(name)`),
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

/** Clients under one name, to decide for all of them at once. What is decided stands for each client by itself. */
export const clientGroups = tenantTable(
  'client_groups',
  { ...mspScope, id: newId(), name: text().notNull(), createdAt: moment().notNull(), createdBy: text().notNull() },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    unique().on(t.mspId, t.name),
  ],
)

export const clientGroupMembers = tenantTable(
  'client_group_members',
  { ...clientScope, groupId: uuid().notNull() },
  (t) => [
    primaryKey({ columns: [t.mspId, t.groupId, t.clientId] }),
    foreignKey({ columns: [t.mspId, t.groupId], foreignColumns: [clientGroups.mspId, clientGroups.id] }).onDelete(
      'cascade',
    ),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }).onDelete('cascade'),
  ],
)

/** What an erasure took, table by table: how many rows, and a digest over their keys in order. */
export interface ErasureProof {
  /** Rows that one link of the digests covers. */
  batchRows: number
  tables: { table: string; rows: number; sha256: string }[]
  /** What was kept, and why: a sentence (`server/client-erasures/rules.ts`). */
  kept: string
}

/** A client that is to be erased after a waiting time, or was. Outlives the client: it is the proof. */
export const clientErasures = tenantTable(
  'client_erasures',
  {
    ...clientScope,
    id: newId(),
    clientName: text().notNull(),
    reason: text().notNull(),
    requestedBy: text().notNull(),
    requestedAt: moment().notNull(),
    dueAt: moment().notNull(),
    cancelledAt: moment(),
    cancelledBy: text(),
    erasedAt: moment(),
    proof: jsonb().$type<ErasureProof>(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    // At most one that waits, and once erased for good.
    uniqueIndex('client_erasures_standing').on(t.mspId, t.clientId).where(sql`cancelled_at is null`),
  ],
)

/** Who was asked in by mail. The token is stored as SHA-256 only; sending again replaces it. */
export const invitations = tenantTable(
  'invitations',
  {
    ...mspScope,
    id: newId(),
    email: text().notNull(),
    name: text().notNull(),
    role: text({
      enum: ['owner', 'admin', 'approver', 'technician', 'billing', 'read-only', 'client-manager'],
    }).notNull(),
    hasAllClients: boolean().notNull(),
    clientIds: uuid().array().notNull().default(sql`'{}'`),
    tokenHash: text().notNull(),
    invitedBy: uuid().notNull(),
    invitedByName: text().notNull(),
    createdAt: moment().notNull(),
    sentAt: moment().notNull(),
    expiresAt: moment().notNull(),
    acceptedAt: moment(),
    acceptedBy: uuid(),
    revokedAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    index('invitations_token').on(t.tokenHash),
  ],
)

/** Directories whose people may come in here: an Entra tenant, a Google domain. */
export const identityTenants = tenantTable(
  'identity_tenants',
  {
    ...mspScope,
    provider: text().notNull(),
    tenant: text().notNull(),
    addedAt: moment().notNull(),
    addedBy: uuid().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.provider, t.tenant] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
  ],
)

/** A key of a person, for programs. It never may more than the person may at that moment. */
export const apiKeys = tenantTable(
  'api_keys',
  {
    ...mspScope,
    id: newId(),
    userId: uuid().notNull(),
    name: text().notNull(),
    /** The part that is shown and searched by; the secret part is stored as SHA-256 only. */
    prefix: text().notNull(),
    keyHash: text().notNull(),
    actions: text().array().notNull(),
    /** Null = all clients that the person may see. */
    clientIds: uuid().array(),
    createdAt: moment().notNull(),
    expiresAt: moment().notNull(),
    lastUsedAt: moment(),
    revokedAt: moment(),
    revokedBy: text(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId, t.userId], foreignColumns: [members.mspId, members.userId] }).onDelete('cascade'),
    index('api_keys_prefix').on(t.prefix),
  ],
)
