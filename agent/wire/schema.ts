import { z } from 'zod'
import type {
  CheckInRequest,
  DeviceFacts,
  EnrolRequest,
  FailedLook,
  InventoryRequest,
  MissingSection,
  PermitRequest,
  PollRequest,
  ReportsRequest,
  RootsRequest,
} from './door.ts'
import { type Envelope, type KeyRoot, keyIdOf } from './envelope.ts'
import {
  type HealthPlan,
  maxOrderSets,
  maxSetUpdates,
  refusalCodes,
  type UndoStep,
  type UpdateSet,
  type WorkOrder,
} from './order.ts'
import { probeSchema } from './probe-schema.ts'
import { line, name, text } from './text-schema.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const isoTime = z.iso.datetime()
const base64 = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/)
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const durationMs = z
  .int()
  .min(0)
  .max(400 * 24 * 3_600_000)

const manager = z.literal('apt')
const undoClass = z.enum(['kept', 'fetchable', 'snapshot', 'none'])
const packageName = z.string().regex(/^[a-z0-9][a-z0-9+.-]{0,120}(:[a-z0-9]+)?$/)
const version = z.string().regex(/^[A-Za-z0-9.+:~_-]{1,120}$/)
const architecture = z.string().regex(/^[a-z0-9-]{1,30}$/)

const update = z.strictObject({
  manager,
  name: packageName,
  version,
  architecture,
  sha256: sha256.nullable(),
  fromVersion: version.nullable(),
})
const undoStep: z.ZodType<UndoStep> = z.strictObject({
  manager,
  name: packageName,
  fromVersion: version,
  toVersion: version.nullable(),
  architecture,
  sha256: sha256.nullable(),
})
const updateSet: z.ZodType<UpdateSet> = z.strictObject({
  key: sha256,
  updates: z.array(update).min(1).max(maxSetUpdates),
  undoClass,
  undo: z.array(undoStep).max(maxSetUpdates),
})

const healthPlan: z.ZodType<HealthPlan> = z.strictObject({
  probes: z.array(probeSchema).max(50),
  tries: z.int().min(1).max(20),
  pauseMs: durationMs,
  watch: z
    .strictObject({
      intervalMs: z
        .int()
        .min(500)
        .max(24 * 3_600_000),
      durationMs,
    })
    .nullable(),
})

const orderBase = {
  v: z.literal(1),
  orderId: z.uuid(),
  mspId: z.uuid(),
  deviceId: z.uuid(),
  seq: z.int().min(1),
  issuedAt: isoTime,
  notBefore: isoTime,
  notAfter: isoTime,
  supersedes: z.array(z.uuid()).max(50),
}
const sets = z.array(updateSet).min(1).max(maxOrderSets)

/** A work order as the agent accepts it: unknown fields and verbs are refused. */
export const workOrderSchema: z.ZodType<WorkOrder> = z.discriminatedUnion('verb', [
  z.strictObject({ ...orderBase, verb: z.literal('stage'), sets }),
  z.strictObject({
    ...orderBase,
    verb: z.literal('install'),
    sets,
    preconditions: z.strictObject({ minFreeBytes: count }),
    healthPlan,
    rebootRule: z.literal('never'),
    mayStartOffline: z.boolean(),
  }),
  z.strictObject({
    ...orderBase,
    verb: z.literal('rollback'),
    installOrderId: z.uuid().nullable(),
    sets: z
      .array(z.strictObject({ key: sha256, undo: z.array(undoStep).min(1).max(maxSetUpdates) }))
      .min(1)
      .max(maxOrderSets),
    healthPlan,
  }),
  z.strictObject({ ...orderBase, verb: z.literal('scan') }),
  z.strictObject({ ...orderBase, verb: z.literal('healthcheck'), healthPlan }),
  z.strictObject({ ...orderBase, verb: z.literal('cancel') }),
])

export const envelopeSchema: z.ZodType<Envelope> = z.strictObject({
  payloadType: line(100),
  payload: base64(400_000),
  signatures: z.array(z.strictObject({ keyid: line(64), sig: base64(200) })).max(10),
})

const rootKey = z
  .strictObject({ keyid: z.string().regex(/^[0-9a-f]{32}$/), publicKey: z.base64().max(64) })
  .refine(isNamedByItself, 'is named by the id of another')
const version32 = z.int().max(2_147_483_647)

/** The keys that may sign orders, as a device pins them. */
export const keyRootSchema: z.ZodType<KeyRoot> = z
  .strictObject({
    version: version32.min(2).optional(),
    threshold: z.int().min(1).max(10),
    keys: z.array(rootKey).min(1).max(10),
  })
  .refine(isSound, 'names a key twice, or asks for more than there are')

function isSound({ threshold, keys }: KeyRoot): boolean {
  return new Set(keys.map(({ keyid }) => keyid)).size === keys.length && threshold <= keys.length
}

function isNamedByItself({ keyid, publicKey }: KeyRoot['keys'][number]): boolean {
  const raw = Buffer.from(publicKey, 'base64')
  return raw.length === 32 && raw.toString('base64') === publicKey && keyIdOf(raw) === keyid
}

const facts: z.ZodType<DeviceFacts> = z.strictObject({
  hostName: line(253).min(1),
  osName: line(200),
  osVersion: line(200),
  kernel: line(200),
  architecture,
  timeZone: line(100),
  machineId: line(100),
  bootId: line(100),
  bootedAt: isoTime,
  memoryBytes: count,
  diskFreeBytes: count,
  diskTotalBytes: count,
  isRebootPending: z.boolean(),
  rebootReasons: z.array(line(200)).max(50),
  agentVersion: line(50),
  managers: z.array(manager).max(20),
  // Agents up to 0.1 name tags. Nobody believes them: tags choose rings, and come with the token.
  tags: z.array(line(60).min(1)).max(30).optional(),
})

export const enrolRequestSchema: z.ZodType<EnrolRequest> = z.strictObject({
  token: z.string().regex(/^[A-Za-z0-9_-]{20,200}$/),
  publicKey: base64(64),
  facts,
  proof: base64(100),
})

const sectionHashes = z.strictObject({ facts: sha256, packages: sha256, missing: sha256 })
export const checkInRequestSchema: z.ZodType<CheckInRequest> = z.strictObject({
  agentVersion: line(50),
  bootId: line(100),
  hashes: sectionHashes,
  reportSeq: count,
})

const missing: z.ZodType<MissingSection> = z.strictObject({
  updates: z
    .array(
      z.strictObject({
        manager,
        name: packageName,
        version,
        architecture,
        fromVersion: version.nullable(),
        sha256: sha256.nullable(),
        sizeBytes: count.nullable(),
        classification: z.enum([
          'security',
          'critical',
          'hotfix',
          'bug fix',
          'feature',
          'service pack',
          'driver',
          'definition',
        ]),
        severity: z.enum(['critical', 'important', 'moderate', 'low', 'unknown']),
        source: line(300),
      }),
    )
    .max(5_000),
  sets: z
    .array(
      z.strictObject({
        key: sha256,
        members: z.array(count).min(1).max(1_000),
        undoClass,
        undoReason: line(500),
        predecessors: z
          .array(z.strictObject({ name: packageName, version: version.nullable(), sha256: sha256.nullable() }))
          .max(1_000),
      }),
    )
    .max(5_000),
  waiting: z.array(z.strictObject({ name: packageName, reason: line(300) })).max(5_000),
  trouble: text(4_000),
})

/** What an agent sends whose look failed: the reason alone. */
const failedLook: z.ZodType<FailedLook> = z.strictObject({ trouble: text(4_000).min(1) })

export const inventoryRequestSchema: z.ZodType<InventoryRequest> = z.strictObject({
  hashes: sectionHashes,
  scannedAt: isoTime,
  facts: facts.optional(),
  packages: z
    .array(z.strictObject({ manager, name: packageName, version, architecture, status: line(10) }))
    .max(20_000)
    .optional(),
  missing: z.union([missing, failedLook]).optional(),
})

export const pollRequestSchema: z.ZodType<PollRequest> = z.strictObject({
  waitMs: z.int().min(0).max(55_000),
  openOrderId: z.uuid().nullable(),
})

export const rootsRequestSchema: z.ZodType<RootsRequest> = z.strictObject({
  after: version32.min(1),
  refusal: line(300).min(1).nullable(),
})

export const permitRequestSchema: z.ZodType<PermitRequest> = z.strictObject({ orderId: z.uuid() })

const report = z.strictObject({
  v: z.literal(1),
  reportId: z.uuid(),
  deviceId: z.uuid(),
  seq: z.int().min(1),
  prevHash: sha256,
  orderId: z.uuid(),
  state: z.enum([
    'accepted',
    'refused',
    'expired',
    'overtaken',
    'cancelled',
    'staging',
    'staged',
    'vanished',
    'waiting',
    'permitted',
    'installing',
    'proved',
    'released',
    'failed',
    'rolling-back',
    'rolled-back',
    'rollback-failed',
    'done',
  ]),
  at: isoTime,
  sets: z
    .array(
      z.strictObject({
        key: sha256,
        outcome: z.enum([
          'staged',
          'vanished',
          'installed',
          'already-installed',
          'failed',
          'rolled-back',
          'rollback-failed',
          'overtaken',
          'not-started',
        ]),
        versions: z
          .array(
            z.strictObject({
              manager,
              name: packageName,
              before: version.nullable(),
              after: version.nullable(),
              status: line(10),
            }),
          )
          .max(1_000),
        exitCode: z.int().nullable(),
        output: text(8_000),
        reason: text(1_000),
        undoClass,
      }),
    )
    .max(maxOrderSets),
  probes: z
    .array(
      z.strictObject({
        name,
        at: isoTime,
        isPassed: z.boolean(),
        detail: text(500),
        phase: z.enum(['baseline', 'after-set', 'watch', 'after-rollback']),
      }),
    )
    .max(500),
  isRebootPending: z.boolean(),
  refusal: z.strictObject({ code: z.enum(refusalCodes), detail: text(500) }).nullable(),
  summary: text(500),
})
export const reportsRequestSchema: z.ZodType<ReportsRequest> = z.strictObject({
  reports: z
    .array(z.strictObject({ report, signature: base64(100) }))
    .min(1)
    .max(50),
})
