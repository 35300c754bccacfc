import { sql } from 'drizzle-orm'
import { bigint, foreignKey, index, integer, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { devicePlaces } from './devices.ts'
import { clients } from './tenancy.ts'
import { clientScope, moment, mspScope, newId, sharedScope, tenantTable } from './tenant-table.ts'

/** The catalogue: one product, one version, as this MSP's devices have seen it. */
export const patches = tenantTable(
  'patches',
  {
    ...mspScope,
    id: newId(),
    manager: text().notNull(),
    name: text().notNull(),
    version: text().notNull(),
    architecture: text().notNull(),
    classification: text().notNull(),
    severity: text().notNull(),
    source: text().notNull(),
    sizeBytes: bigint({ mode: 'number' }),
    /** The vendor's date where a feed has one; else age counts from `firstSeenAt`. */
    releasedAt: moment(),
    firstSeenAt: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.mspId, t.id] }), unique().on(t.mspId, t.manager, t.name, t.version, t.architecture)],
)

/** What a device lacks (`resolved_at` null) or lacked, with its update set and how it could be undone. */
export const devicePatches = tenantTable(
  'device_patches',
  {
    ...clientScope,
    deviceId: uuid().notNull(),
    patchId: uuid().notNull(),
    fromVersion: text(),
    sha256: text(),
    setKey: text().notNull(),
    undoClass: text({ enum: ['kept', 'fetchable', 'snapshot', 'none'] }).notNull(),
    undoReason: text().notNull(),
    predecessorSha256: text(),
    foundAt: moment().notNull(),
    resolvedAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.deviceId, t.patchId] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.deviceId],
      foreignColumns: [devicePlaces.mspId, devicePlaces.clientId, devicePlaces.deviceId],
    }),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }),
    index('device_patches_patch').on(t.mspId, t.patchId, t.clientId),
    index('device_patches_client').on(t.mspId, t.clientId, t.deviceId),
    // Who lacks what: all of the patch list, without reading the history.
    index('device_patches_lacking').on(t.mspId, t.clientId, t.patchId, t.undoClass).where(sql`resolved_at is null`),
  ],
)

/**
 * How many devices of a client lack a patch, by how they could be undone: kept by the fleet sweep, seconds old. For lists and totals;
 * whatever is decided reads `device_patches`.
 */
export const clientPatchCounts = tenantTable(
  'client_patch_counts',
  {
    ...clientScope,
    patchId: uuid().notNull(),
    kept: integer().notNull(),
    fetchable: integer().notNull(),
    snapshot: integer().notNull(),
    none: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.clientId, t.patchId] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }).onDelete('cascade'),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }).onDelete('cascade'),
  ],
)

/**
 * The strictest word that devices of one client said of a patch. A rule approves by it: the catalogue's word, which any device of any client
 * may raise, makes a patch due everywhere and approves it nowhere. Written by the door alone.
 */
export const clientPatchClasses = tenantTable(
  'client_patch_classes',
  {
    ...clientScope,
    patchId: uuid().notNull(),
    classification: text().notNull(),
    severity: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.clientId, t.patchId] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }).onDelete('cascade'),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }).onDelete('cascade'),
  ],
)

/** Decisions of people; the newest of one scope and patch counts. Withdrawn rows stay as history. */
export const decisions = tenantTable(
  'decisions',
  {
    ...sharedScope,
    id: newId(),
    patchId: uuid().notNull(),
    deviceId: uuid(),
    kind: text({ enum: ['approve', 'reject', 'defer'] }).notNull(),
    deferUntil: moment(),
    reason: text().notNull(),
    decidedBy: text().notNull(),
    decidedAt: moment().notNull(),
    withdrawnAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.deviceId],
      foreignColumns: [devicePlaces.mspId, devicePlaces.clientId, devicePlaces.deviceId],
    }),
    index('decisions_patch').on(t.mspId, t.patchId),
  ],
)

/** Nobody in its scope gets this patch until a person lifts it. `client_id` null = all clients of the MSP. */
export const holds = tenantTable(
  'holds',
  {
    ...sharedScope,
    id: newId(),
    patchId: uuid().notNull(),
    source: text({ enum: ['gate', 'breaker', 'person'] }).notNull(),
    reason: text().notNull(),
    rolloutId: uuid(),
    setBy: text().notNull(),
    setAt: moment().notNull(),
    liftedAt: moment(),
    liftedBy: text(),
    liftReason: text(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
    index('holds_patch').on(t.mspId, t.patchId),
  ],
)

/** The MSP's breaker: one patch failed on so many devices across its clients. Changed only by the door's report function. */
export const breakers = tenantTable(
  'breakers',
  {
    ...mspScope,
    patchId: uuid().notNull(),
    failedDevices: integer().notNull(),
    /** Who they are, so that a device counts once, in however many rollouts it fails. Grows only until the breaker trips. */
    failedDeviceIds: uuid().array().notNull().default(sql`'{}'`),
    deviceLimit: integer().notNull(),
    trippedAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.patchId] }),
    foreignKey({ columns: [t.mspId, t.patchId], foreignColumns: [patches.mspId, patches.id] }),
  ],
)
