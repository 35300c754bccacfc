/**
 * Work orders: what the server may ask of a device. Typed verbs only; there is no shell and no script verb.
 * Rules: DESIGN "Work orders"; states: `report.ts`. Times are ISO 8601 in UTC, durations milliseconds.
 */

export type OrderVerb = 'stage' | 'scan' | 'install' | 'rollback' | 'healthcheck' | 'cancel'

export type Manager = 'apt'

/** How one update set can be undone on one device, best first. */
export type UndoClass = 'kept' | 'fetchable' | 'snapshot' | 'none'

/** One exact package version to bring in. `fromVersion` null = the package is not installed before. */
export interface Update {
  manager: Manager
  name: string
  version: string
  architecture: string
  /** SHA-256 of the package file in hex, null where the source names none. */
  sha256: string | null
  fromVersion: string | null
}

/** The package versions that put a set back; `toVersion` null = remove the package. */
export interface UndoStep {
  manager: Manager
  name: string
  fromVersion: string
  toVersion: string | null
  architecture: string
  sha256: string | null
}

/** The smallest group of packages whose transaction contains nothing else: one transaction, one undo. */
export interface UpdateSet {
  key: string
  updates: Update[]
  undoClass: UndoClass
  undo: UndoStep[]
}

/** A port is a number or a file below the device's root that holds it. */
export type ProbePort = number | { portFile: string }

/** Typed health probes: no shell. `name` is what people read. `ownerFile`: the package owning this file owns the probe. */
export type Probe =
  | { kind: 'process'; name: string; pidFile: string; ownerFile?: string }
  | { kind: 'tcp'; name: string; port: ProbePort; timeoutMs: number; ownerFile?: string }
  | {
      kind: 'http'
      name: string
      port: ProbePort
      path: string
      expectStatus: number
      timeoutMs: number
      ownerFile?: string
    }
  | { kind: 'file'; name: string; path: string; contains?: string; ownerFile?: string }

export interface HealthPlan {
  probes: Probe[]
  /** Tries of a probe before it counts as failed, and the pause between them. */
  tries: number
  pauseMs: number
  /** After the install: probe every `intervalMs` for `durationMs` (the soak), then the order is released. */
  watch: { intervalMs: number; durationMs: number } | null
}

export interface Preconditions {
  minFreeBytes: number
}

interface OrderBase {
  v: 1
  orderId: string
  mspId: string
  deviceId: string
  /** Rises by at least one with every order of this device. */
  seq: number
  issuedAt: string
  notBefore: string
  /** Limits starting, not watching. */
  notAfter: string
  /** Orders that this one ends as overtaken. */
  supersedes: string[]
}

export interface StageOrder extends OrderBase {
  verb: 'stage'
  sets: UpdateSet[]
}
export interface InstallOrder extends OrderBase {
  verb: 'install'
  sets: UpdateSet[]
  preconditions: Preconditions
  healthPlan: HealthPlan
  rebootRule: 'never'
  /** May start without a permit when the door cannot be reached. */
  mayStartOffline: boolean
}
export interface RollbackOrder extends OrderBase {
  verb: 'rollback'
  /** The install order that brought the sets in; null when it is not known. */
  installOrderId: string | null
  sets: { key: string; undo: UndoStep[] }[]
  healthPlan: HealthPlan
}
export interface ScanOrder extends OrderBase {
  verb: 'scan'
}
export interface HealthcheckOrder extends OrderBase {
  verb: 'healthcheck'
  healthPlan: HealthPlan
}
export interface CancelOrder extends OrderBase {
  verb: 'cancel'
}

export type WorkOrder = StageOrder | InstallOrder | RollbackOrder | ScanOrder | HealthcheckOrder | CancelOrder

/** Verbs that change the machine: these ask for a start permit, and a device holds one open order of them. */
export function isChangeVerb(verb: OrderVerb): boolean {
  return verb === 'install' || verb === 'rollback'
}

/** Why an agent refuses an order before it does anything; checked in this order. */
export const refusalCodes = [
  'too-many-bytes',
  'malformed',
  'unknown-verb',
  'bad-signature',
  'wrong-device',
  'expired',
  'replayed',
  'from-version',
  'exceeds-order',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** An envelope above this is refused unread. */
export const maxEnvelopeBytes = 256 * 1024
/** Update sets in one order, and packages in one set. */
export const maxOrderSets = 200
export const maxSetUpdates = 200
/** Ids, dates and signatures of an order, with fifty orders that it supersedes, take less than this. */
const envelopeFrameBytes = 8 * 1024
/** JSON text of sets and probes that surely fits an envelope, whose payload is in base64: four bytes for three. */
export const maxBodyBytes = Math.floor(((maxEnvelopeBytes - envelopeFrameBytes) * 3) / 4)
