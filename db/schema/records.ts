import { sql } from 'drizzle-orm'
import { bigint, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { msps } from './tenancy.ts'
import { moment, mspScope, sharedScope, tenantTable } from './tenant-table.ts'

/** Who changed what, in the transaction of the change. Append-only. `client_id` null = concerns the MSP as a whole. */
export const auditRecords = tenantTable(
  'audit_records',
  {
    ...sharedScope,
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    at: moment().notNull(),
    actorKind: text({ enum: ['person', 'system'] }).notNull(),
    actorId: text().notNull(),
    actorName: text().notNull(),
    action: text().notNull(),
    subjectKind: text().notNull(),
    subjectId: text().notNull(),
    subjectName: text().notNull(),
    reason: text().notNull().default(''),
    changes: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    index('audit_records_page').on(t.mspId, t.at, t.id),
    // What happened to a rollout; what a person with some clients may read.
    index('audit_records_rollout').on(t.mspId, t.subjectId, t.at).where(sql`subject_kind = 'rollout'`),
    index('audit_records_client').on(t.mspId, t.clientId, t.id).where(sql`client_id is not null`),
  ],
)

/** What must reach Temporal, written with the change, sent by the relay in order of `id` within `stream`. */
export const outbox = tenantTable(
  'outbox',
  {
    ...mspScope,
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    stream: uuid().notNull(),
    kind: text().notNull(),
    payload: jsonb().$type<Record<string, unknown>>().notNull(),
    createdAt: moment().notNull(),
    sentAt: moment(),
    attempts: integer().notNull().default(0),
    lastError: text(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    // What the relay looks at five times a second: sent rows stay as history.
    index('outbox_unsent').on(t.mspId, t.stream, t.id).where(sql`sent_at is null`),
  ],
)

/** What the live stream should tell browsers: ids only; emptied by the notifying sweep. */
export const changeFeed = tenantTable(
  'change_feed',
  {
    ...sharedScope,
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    topic: text().notNull(),
    subjectId: uuid(),
  },
  (t) => [primaryKey({ columns: [t.mspId, t.id] }), foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] })],
)

/** Not tenant data: when each sweep last ran; the door refuses permits when the evaluator is silent for 60 s. */
export const workerBeats = pgTable('worker_beats', { name: text().primaryKey(), at: moment().notNull() })

/** Not tenant data: public halves of the order-signing keys. */
export const signingKeys = pgTable('signing_keys', {
  keyId: text().primaryKey(),
  publicKey: text().notNull(),
  createdAt: moment().notNull(),
  retiredAt: moment(),
})
