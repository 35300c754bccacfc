import { sql } from 'drizzle-orm'
import { bigint, boolean, foreignKey, index, integer, jsonb, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { clients, sites } from './tenancy.ts'
import { clientScope, moment, mspScope, newId, tenantTable } from './tenant-table.ts'

export const enrolmentTokens = tenantTable(
  'enrolment_tokens',
  {
    ...clientScope,
    id: newId(),
    siteId: uuid().notNull(),
    tokenHash: text().notNull(),
    usesLeft: integer().notNull(),
    expiresAt: moment().notNull(),
    createdAt: moment().notNull(),
    createdBy: text().notNull(),
    revokedAt: moment(),
    /** What its devices are tagged with from the start: rings are chosen by tags, so people give them and devices do not. */
    tags: text().array().notNull().default(sql`'{}'`),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId, t.clientId, t.siteId], foreignColumns: [sites.mspId, sites.clientId, sites.id] }),
    index('enrolment_tokens_hash').on(t.tokenHash),
  ],
)

export const devices = tenantTable(
  'devices',
  {
    ...clientScope,
    id: newId(),
    siteId: uuid().notNull(),
    hostName: text().notNull(),
    tags: text().array().notNull().default(sql`'{}'`),
    timeZone: text().notNull(),
    osName: text().notNull(),
    publicKey: text().notNull(),
    machineId: text().notNull(),
    agentVersion: text().notNull(),
    enrolledAt: moment().notNull(),
    retiredAt: moment(),
    /** Kept by the fleet sweep, so that lists have an index that rarely changes. */
    status: text({ enum: ['active', 'silent', 'no-data'] })
      .notNull()
      .default('active'),
    lastSeenAt: moment().notNull(),
    isRebootPending: boolean().notNull().default(false),
    /** Missing a patch past its due date, one at least that no exception in force keeps off. */
    isPastDue: boolean().notNull().default(false),
    /**
     * Each device in exactly one, what says most first: nobody knows (`no-data`), a patch past due that nothing holds back, past due only by
     * patches on hold, the same with one that an exception keeps off, a restart pending, none of these. Kept by the fleet sweep; each change is a row of `device_standings`.
     */
    standing: text({ enum: ['protected', 'late', 'held', 'excepted', 'wait-for-restart', 'no-data'] })
      .notNull()
      .default('protected'),
    /** The moment for which the sweep or the door last had something new to say of how it stands. */
    judgedAt: moment().notNull().defaultNow(),
    missingCount: integer().notNull().default(0),
    failedCount: integer().notNull().default(0),
    /** The newest root of the signing keys that it said to have pinned. */
    rootVersion: integer().notNull().default(1),
    /** Last sequence number given to a signed order. */
    orderSeq: bigint({ mode: 'number' }).notNull().default(0),
    /** Last report stored without a gap, and its hash. */
    reportSeq: bigint({ mode: 'number' }).notNull().default(0),
    reportHash: text().notNull().default('0000000000000000000000000000000000000000000000000000000000000000'),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({ columns: [t.mspId, t.clientId, t.siteId], foreignColumns: [sites.mspId, sites.clientId, sites.id] }),
    unique().on(t.mspId, t.clientId, t.id),
    index('devices_page').on(t.mspId, t.hostName, t.id),
    index('devices_client_page').on(t.mspId, t.clientId, t.hostName, t.id),
    unique().on(t.mspId, t.publicKey),
    index('devices_by_id').on(t.id),
    index('devices_retired').on(t.mspId, t.id).where(sql`retired_at is not null`),
    // The filters of the device list: few rows, in the order of the page.
    index('devices_failed').on(t.mspId, t.hostName, t.id).where(sql`failed_count > 0 and retired_at is null`),
    index('devices_reboot').on(t.mspId, t.hostName, t.id).where(sql`is_reboot_pending and retired_at is null`),
    index('devices_past_due').on(t.mspId, t.hostName, t.id).where(sql`is_past_due and retired_at is null`),
    // The first ring is chosen by tags, which few devices have.
    index('devices_tagged').on(t.mspId, t.clientId).where(sql`tags <> '{}' and retired_at is null`),
    index('devices_away').on(t.mspId, t.status, t.hostName, t.id).where(sql`status <> 'active' and retired_at is null`),
  ],
)

/**
 * Each client that a device belonged to. History hangs on it, so that it stays with the client where it happened when the device moves on.
 * Written by a trigger with each new device, and by `door.move_device`.
 */
export const devicePlaces = tenantTable(
  'device_places',
  {
    ...clientScope,
    deviceId: uuid().notNull(),
    arrivedAt: moment().notNull(),
    /** Null while it belongs there. */
    leftAt: moment(),
    /** Its name when it left. */
    hostName: text().notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.clientId, t.deviceId] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }),
    index('device_places_left').on(t.mspId, t.clientId, t.leftAt).where(sql`left_at is not null`),
  ],
)
/** Narrow and hot: one HOT update a check-in, no index on what changes (fillfactor in the migration). */
export const deviceHeartbeats = tenantTable(
  'device_heartbeats',
  {
    ...clientScope,
    deviceId: uuid().notNull(),
    seenAt: moment().notNull(),
    /** Anti-replay window: highest request counter, and a bit for each of the 63 below it. */
    counterHigh: bigint({ mode: 'number' }).notNull().default(0),
    counterBits: bigint({ mode: 'bigint' }).notNull().default(sql`0`),
    factsHash: text().notNull().default(''),
    packagesHash: text().notNull().default(''),
    missingHash: text().notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.deviceId] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.deviceId],
      foreignColumns: [devices.mspId, devices.clientId, devices.id],
    })
      .onDelete('cascade')
      .onUpdate('cascade'),
    index('device_heartbeats_device').on(t.deviceId),
  ],
)

export const packageVersions = tenantTable(
  'package_versions',
  {
    ...mspScope,
    /** From one sequence for all MSPs, which nobody can use up. */
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    manager: text().notNull(),
    name: text().notNull(),
    version: text().notNull(),
    architecture: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.mspId, t.id] }), unique().on(t.mspId, t.manager, t.name, t.version, t.architecture)],
)

export const deviceInventories = tenantTable(
  'device_inventories',
  {
    ...clientScope,
    deviceId: uuid().notNull(),
    facts: jsonb().$type<Record<string, unknown>>().notNull(),
    packageVersionIds: bigint({ mode: 'number' }).array().notNull().default(sql`'{}'`),
    /** Packages that no device of the MSP had before this one showed them, within the day that began then (`door.take_packages`). */
    newPackages: integer().notNull().default(0),
    newPackagesSince: moment(),
    waiting: jsonb().$type<{ name: string; reason: string }[]>().notNull().default([]),
    trouble: text().notNull().default(''),
    scannedAt: moment(),
    receivedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.deviceId] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.deviceId],
      foreignColumns: [devices.mspId, devices.clientId, devices.id],
    })
      .onDelete('cascade')
      .onUpdate('cascade'),
    // The fleet sweep: whose look failed, or who was never looked at.
    index('device_inventories_troubled').on(t.mspId, t.deviceId).where(sql`trouble <> '' or scanned_at is null`),
  ],
)

/** Reports as the device signed them: the evidence. Append-only. */
export const deviceReports = tenantTable(
  'device_reports',
  {
    ...clientScope,
    deviceId: uuid().notNull(),
    seq: bigint({ mode: 'number' }).notNull(),
    orderId: uuid().notNull(),
    state: text().notNull(),
    at: moment().notNull(),
    receivedAt: moment().notNull(),
    body: jsonb().$type<Record<string, unknown>>().notNull(),
    signature: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.deviceId, t.seq] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.deviceId],
      foreignColumns: [devicePlaces.mspId, devicePlaces.clientId, devicePlaces.deviceId],
    }),
    index('device_reports_order').on(t.mspId, t.orderId),
  ],
)

/** What happened to a device beside its reports: enrolled, orders made, decisions that reached it. Append-only. */
export const deviceEvents = tenantTable(
  'device_events',
  {
    ...clientScope,
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    deviceId: uuid().notNull(),
    at: moment().notNull(),
    kind: text().notNull(),
    orderId: uuid(),
    summary: text().notNull(),
    detail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.id] }),
    foreignKey({
      columns: [t.mspId, t.clientId, t.deviceId],
      foreignColumns: [devicePlaces.mspId, devicePlaces.clientId, devicePlaces.deviceId],
    }),
    index('device_events_device').on(t.mspId, t.deviceId, t.at),
  ],
)

export const clientStatuses = tenantTable(
  'client_statuses',
  {
    ...clientScope,
    devices: integer().notNull(),
    compliant: integer().notNull(),
    rebootPending: integer().notNull(),
    pastDue: integer().notNull(),
    silent: integer().notNull(),
    noData: integer().notNull(),
    failed: integer().notNull(),
    refreshedAt: moment().notNull(),
    /** Since when the fleet sweep keeps `client_patch_counts` of this client; null before the first time. */
    patchesCountedSince: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.mspId, t.clientId] }),
    foreignKey({ columns: [t.mspId, t.clientId], foreignColumns: [clients.mspId, clients.id] }).onDelete('cascade'),
  ],
)
