import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
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
import { msps } from './tenancy.ts'
import { moment, mspScope, newId, sharedScope, tenantTable } from './tenant-table.ts'

/** Who changed what, in the transaction of the change. Append-only. `client_id` null = concerns the MSP as a whole. */
export const auditRecords = tenantTable(
  'audit_records',
  {
    ...sharedScope,
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    at: moment().notNull(),
    actorKind: text({ enum: ['person', 'api-key', 'system'] }).notNull(),
    actorId: text().notNull(),
    actorName: text().notNull(),
    action: text().notNull(),
    subjectKind: text().notNull(),
    subjectId: text().notNull(),
    subjectName: text().notNull(),
    reason: text().notNull().default(''),
    changes: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    /** `denied`: somebody tried what they may not. */
    outcome: text({ enum: ['done', 'denied'] })
      .notNull()
      .default('done'),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    index('audit_records_page').on(t.mspId, t.at, t.id),
    // What happened to a rollout; what a person with some clients may read.
    index('audit_records_rollout').on(t.mspId, t.subjectId, t.at).where(sql`subject_kind = 'rollout'`),
    // Which of the signing keys were told of here.
    index('audit_records_key').on(t.mspId, t.subjectId).where(sql`action = 'enrolment:publish-key'`),
    index('audit_records_client').on(t.mspId, t.clientId, t.id).where(sql`client_id is not null`),
  ],
)

/** Records that no seal covers yet; filled by a trigger with each record, emptied by the sealing sweep. */
export const auditUnsealed = tenantTable(
  'audit_unsealed',
  { ...mspScope, recordId: bigint({ mode: 'number' }).notNull() },
  (t) => [
    primaryKey({ columns: [t.mspId, t.recordId] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
  ],
)

/** The chain: each seal is the hash of its record and of the seal before it. Append-only. */
export const auditSeals = tenantTable(
  'audit_seals',
  {
    ...mspScope,
    /** 1, 2, 3 … without a gap in each MSP. */
    position: bigint({ mode: 'number' }).notNull(),
    recordId: bigint({ mode: 'number' }).notNull(),
    /** SHA-256 in hex. */
    hash: text().notNull(),
    sealedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.position] }),
    unique().on(t.mspId, t.recordId),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
  ],
)

/** Once a day the head of the chain, signed: who rewrites the whole chain cannot make these anew. Append-only. */
export const auditHeads = tenantTable(
  'audit_heads',
  {
    ...mspScope,
    /** The UTC day that it closes, `2026-11-22`. */
    day: text().notNull(),
    position: bigint({ mode: 'number' }).notNull(),
    hash: text().notNull(),
    keyId: text().notNull(),
    /** Ed25519, base64. */
    signature: text().notNull(),
    signedAt: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.mspId, t.day] }), foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] })],
)

/** An action that waits for a second person: what exactly would be done, for whom, and how it ended. */
export const proposals = tenantTable(
  'proposals',
  {
    ...mspScope,
    id: newId(),
    /** The verb of the vocabulary that is done when somebody confirms. */
    action: text().notNull(),
    input: jsonb().$type<Record<string, unknown>>().notNull(),
    /** What the first person was shown. */
    title: text().notNull(),
    reach: jsonb().$type<{ clientId: string; devices: number }[]>().notNull(),
    deviceCount: integer().notNull(),
    clientIds: uuid().array().notNull(),
    reason: text().notNull(),
    proposedBy: uuid().notNull(),
    proposedByName: text().notNull(),
    proposedAt: moment().notNull(),
    expiresAt: moment().notNull(),
    /** Only people who see all clients may do it, so only they confirm it. */
    needsAllClients: boolean().notNull().default(false),
    /** `replaced`: somebody asked for the same anew. `expired` is written then too; until then the clock says it. */
    decision: text({ enum: ['confirmed', 'rejected', 'withdrawn', 'replaced', 'expired'] }),
    decidedBy: uuid(),
    decidedByName: text(),
    decidedAt: moment(),
    decisionReason: text().notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId], foreignColumns: [msps.id] }),
    index('proposals_open').on(t.mspId, t.expiresAt).where(sql`decision is null`),
    // The same thing asked twice waits once.
    uniqueIndex('proposals_one_open').on(t.mspId, t.action, sql`md5(input::text)`).where(sql`decision is null`),
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

/**
 * Not tenant data: the chain of roots, which say whose keys sign orders. Append-only: each is signed as the one before it asks, and devices
 * follow it step by step. Written by the worker and by the rotation, never by the console.
 */
export const signingRoots = pgTable('signing_roots', {
  version: integer().primaryKey(),
  /** Public halves by key id. */
  root: jsonb()
    .$type<{ version?: number; threshold: number; keys: { keyid: string; publicKey: string }[] }>()
    .notNull(),
  /** The same, signed; null for the first, which nobody could sign. */
  envelope: jsonb().$type<{ payloadType: string; payload: string; signatures: { keyid: string; sig: string }[] }>(),
  publishedAt: moment().notNull(),
})
