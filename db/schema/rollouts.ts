import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { devicePlaces } from './devices.ts'
import { patches } from './patches.ts'
import { clients } from './tenancy.ts'
import { clientScope, moment, newId, tenantTable } from './tenant-table.ts'

/** One client, frozen plan: policy version, exact patch versions, ring membership. */
export const rollouts = tenantTable(
  'rollouts',
  {
    ...clientScope,
    id: newId(),
    number: integer().notNull(),
    title: text().notNull(),
    policyVersion: text().notNull(),
    policy: jsonb().$type<Record<string, unknown>>().notNull(),
    state: text({ enum: ['running', 'finished', 'aborted'] }).notNull(),
    startedBy: text().notNull(),
    startedAt: moment().notNull(),
    finishedAt: moment(),
    /** The stop flag the door reads: no lease and no permit while set. */
    isStopped: boolean().notNull().default(false),
    stoppedAt: moment(),
    stoppedBy: text(),
    stopReason: text(),
    /** Rises with each decision of a person and travels with the message, so that a history tells which one woke the workflow. */
    controlEpoch: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
    unique().on(t.mspId, t.clientId, t.id),
    unique().on(t.mspId, t.number),
    index('rollouts_client').on(t.mspId, t.clientId, t.startedAt),
    index('rollouts_page').on(t.mspId, t.startedAt, t.id),
    index('rollouts_running').on(t.mspId, t.startedAt).where(sql`state = 'running'`),
  ],
)

export const rolloutRings = tenantTable(
  'rollout_rings',
  {
    ...clientScope,
    rolloutId: uuid().notNull(),
    position: integer().notNull(),
    name: text().notNull(),
    deviceCount: integer().notNull(),
    /** `left-out`: no device for this plan. */
    state: text({ enum: ['waiting', 'open', 'closed', 'left-out'] }).notNull(),
    concurrency: integer(),
    /** Earliest opening by the ring's deferral. */
    notBefore: moment().notNull(),
    openedAt: moment(),
    closedAt: moment(),
    deadlineAt: moment(),
    /** How long a device watches after its install: the soak as wall time, with some more for late reports. */
    watchMs: bigint({ mode: 'number' }).notNull().default(0),
    /** A person's promote: the soak is skipped. */
    isPromoted: boolean().notNull().default(false),
    /** Counters moved since the evaluator last looked. */
    isDirty: boolean().notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.rolloutId, t.position] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.rolloutId],
      foreignColumns: [rollouts.mspId, rollouts.clientId, rollouts.id],
    }),
    index('rollout_rings_dirty').on(t.mspId, t.rolloutId).where(sql`is_dirty`),
    // The evaluator looks at these twice a second: few, however long the history is.
    index('rollout_rings_open').on(t.mspId, t.rolloutId).where(sql`state = 'open'`),
  ],
)

/** One gate: a patch in a ring. Counters change only in the transaction of the result (door function). */
export const ringPatches = tenantTable(
  'ring_patches',
  {
    ...clientScope,
    rolloutId: uuid().notNull(),
    position: integer().notNull(),
    patchId: uuid().notNull(),
    due: integer().notNull(),
    proved: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    provedNeeded: integer().notNull(),
    failureLimit: integer().notNull(),
    verdict: text({ enum: ['waiting', 'collecting', 'soaking', 'asking', 'pass', 'fail', 'skipped'] }).notNull(),
    verdictReason: text().notNull().default(''),
    /** What keeps a gate that is not final from passing; null where nothing does, or before it was judged. */
    waitsFor: text({ enum: ['proofs', 'soak', 'silent', 'person'] }),
    verdictAt: moment(),
    soakStartedAt: moment(),
    soakEndsAt: moment(),
    /** A person answered "not enough evidence" with yes. */
    isConfirmed: boolean().notNull().default(false),
    /** Hard limit tripped: nothing of this patch is leased or permitted any more. */
    isStopped: boolean().notNull().default(false),
    /** Ordered to be taken back wherever this rollout put it in; set for every ring of the patch. */
    rollBackAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.rolloutId, t.position, t.patchId] }),
    foreignKey({
      columns: [t.mspId, t.rolloutId, t.position],
      foreignColumns: [rolloutRings.mspId, rolloutRings.rolloutId, rolloutRings.position],
    }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.rolloutId],
      foreignColumns: [rollouts.mspId, rollouts.clientId, rollouts.id],
    }),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }),
    index('ring_patches_back').on(t.mspId, t.rolloutId, t.position).where(sql`roll_back_at is not null`),
    index('ring_patches_patch').on(t.mspId, t.patchId),
  ],
)

/** The plan: one package of one device, with its claim (`is_claimed`: one live claim a device and package). */
export const planItems = tenantTable(
  'plan_items',
  {
    ...clientScope,
    rolloutId: uuid().notNull(),
    deviceId: uuid().notNull(),
    patchId: uuid().notNull(),
    position: integer().notNull(),
    packageName: text().notNull(),
    setKey: text().notNull(),
    fromVersion: text(),
    toVersion: text().notNull(),
    architecture: text().notNull(),
    sha256: text(),
    predecessorSha256: text(),
    undoClass: text({ enum: ['kept', 'fetchable', 'snapshot', 'none'] }).notNull(),
    state: text({
      enum: [
        'planned',
        'staged',
        'vanished',
        'ordered',
        'installing',
        'proved',
        'failed',
        'rolling-back',
        'rolled-back',
        'rollback-failed',
        'overtaken',
        'dropped',
      ],
    })
      .notNull()
      .default('planned'),
    isClaimed: boolean().notNull().default(true),
    /** A failure that was counted stays counted, also after a retry that works. */
    isFailureCounted: boolean().notNull().default(false),
    isProofCounted: boolean().notNull().default(false),
    reason: text().notNull().default(''),
    stateAt: moment().notNull(),
    /** When its first attempt ended, and whether with a proof: stays, whatever a retry brings. */
    firstEndedAt: moment(),
    isFirstProved: boolean().notNull().default(false),
    /** When it was last proved to be in, and when it was taken back since; a trigger notes these four (`door.note_outcome`). */
    provedAt: moment(),
    undoneAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.rolloutId, t.deviceId, t.patchId] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.rolloutId],
      foreignColumns: [rollouts.mspId, rollouts.clientId, rollouts.id],
    }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.deviceId],
      foreignColumns: [devicePlaces.mspId, devicePlaces.clientId, devicePlaces.deviceId],
    }),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }),
    uniqueIndex('plan_items_claim').on(t.mspId, t.deviceId, t.packageName).where(sql`is_claimed`),
    // All attempts at a device: its page, and what it failed at, counted with each report.
    index('plan_items_device').on(t.mspId, t.deviceId, t.patchId),
    index('plan_items_ring').on(t.mspId, t.rolloutId, t.position, t.patchId),
    // What the dispatch sweep looks at twice a second: few rows, whatever is done already.
    index('plan_items_staged').on(t.mspId, t.rolloutId, t.position).where(sql`state = 'staged'`),
    index('plan_items_proved').on(t.mspId, t.rolloutId, t.position, t.patchId).where(sql`state = 'proved'`),
    // What went wrong or is taken back: what pages count and name, whatever the size of the plan.
    index('plan_items_troubled')
      .on(t.mspId, t.rolloutId, t.position, t.patchId)
      .where(sql`is_failure_counted or state in ('failed', 'rolling-back', 'rolled-back', 'rollback-failed')`),
  ],
)

/** Work orders. `body` is what will be signed without seq; `envelope` is there once the worker signed it. */
export const workOrders = tenantTable(
  'work_orders',
  {
    ...clientScope,
    id: newId(),
    deviceId: uuid().notNull(),
    rolloutId: uuid(),
    position: integer(),
    verb: text({ enum: ['stage', 'scan', 'install', 'rollback', 'healthcheck', 'cancel'] }).notNull(),
    attempt: integer().notNull(),
    patchIds: uuid().array().notNull().default(sql`'{}'`),
    body: jsonb().$type<Record<string, unknown>>().notNull(),
    seq: bigint({ mode: 'number' }),
    envelope: jsonb().$type<Record<string, unknown>>(),
    /** `ready` = signed; `open` = with the device; `finished` and `void` are ends (void: never started, replaced or withdrawn). */
    state: text({ enum: ['unsigned', 'ready', 'open', 'finished', 'void'] })
      .notNull()
      .default('unsigned'),
    /** Last state the device reported. */
    deviceState: text(),
    supersedes: uuid().array().notNull().default(sql`'{}'`),
    notBefore: moment().notNull(),
    notAfter: moment().notNull(),
    /** Patch now: leased and permitted outside the window until then. */
    windowOpenUntil: moment(),
    leaseUntil: moment(),
    /** How often it was handed out; a device that never says a word about it cannot read it (door.end_unanswered). */
    leases: integer().notNull().default(0),
    /** What the device said of an order whose id it could not read, while this one was handed out and unanswered. */
    unreadReason: text().notNull().default(''),
    /** The last permit, or when it started without one. */
    permittedAt: moment(),
    finishedAt: moment(),
    createdAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.deviceId],
      foreignColumns: [devicePlaces.mspId, devicePlaces.clientId, devicePlaces.deviceId],
    }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.rolloutId],
      foreignColumns: [rollouts.mspId, rollouts.clientId, rollouts.id],
    }),
    unique().on(t.mspId, t.rolloutId, t.deviceId, t.verb, t.attempt),
    index('work_orders_device_live').on(t.deviceId).where(sql`state in ('unsigned', 'ready', 'open')`),
    index('work_orders_unsigned').on(t.createdAt).where(sql`state = 'unsigned'`),
    // What the dispatch sweep may still withdraw or open: not the orders that are over.
    index('work_orders_waiting')
      .on(t.mspId, t.rolloutId, t.position)
      .where(sql`state in ('unsigned', 'ready') and verb = 'install'`),
    // Which devices started in the last hour: the cap of the MSP.
    index('work_orders_permitted').on(t.mspId, t.permittedAt).where(sql`verb = 'install' and permitted_at is not null`),
    index('work_orders_ring').on(t.mspId, t.rolloutId, t.position),
    // The sweep of late orders: those whose last date may go by.
    index('work_orders_live').on(t.notAfter).where(sql`state in ('unsigned', 'ready', 'open')`),
  ],
)

/** Maintenance windows of a ring as instants, one row per zone in use; a window that is always open is one row. */
export const ringWindows = tenantTable(
  'ring_windows',
  {
    ...clientScope,
    rolloutId: uuid().notNull(),
    position: integer().notNull(),
    timeZone: text().notNull(),
    opensAt: moment().notNull(),
    closesAt: moment().notNull(),
    /** No patch starts after this (cut-off). */
    lastStartAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.rolloutId, t.position, t.timeZone, t.opensAt] }),
    foreignKey({
      columns: [t.mspId, t.rolloutId, t.position],
      foreignColumns: [rolloutRings.mspId, rolloutRings.rolloutId, rolloutRings.position],
    }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.rolloutId],
      foreignColumns: [rollouts.mspId, rollouts.clientId, rollouts.id],
    }),
  ],
)
