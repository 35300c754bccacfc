import type { Envelope, KeyRoot } from './envelope.ts'
import type { Manager, UndoClass } from './order.ts'
import type { SignedReport } from './report.ts'

/** The device door: paths, bodies and answers. All JSON; errors are `DoorError` with a code. */
export const doorPaths = {
  bundle: '/agent/bundle',
  bundleHash: '/agent/bundle.sha256',
  node: '/agent/node',
  nodeHash: '/agent/node.sha256',
  enrol: '/v1/enrol',
  checkIn: '/v1/check-in',
  roots: '/v1/roots',
  inventory: '/v1/inventory',
  poll: '/v1/poll',
  permit: '/v1/permit',
  reports: '/v1/reports',
} as const

export type DoorErrorCode =
  | 'malformed'
  | 'too-large'
  | 'unauthenticated'
  | 'clock-skew'
  | 'replayed'
  | 'unknown-device'
  | 'token-refused'
  | 'rate-limited'
  | 'not-found'
  | 'unavailable'
  | 'internal'

export interface DoorError {
  error: {
    code: DoorErrorCode
    message: string
    /** With `replayed`, to a signed request: highest counter used up, for a device that was restored and counts below it. */
    counterHigh?: number
  }
  /** The door's clock, so that a device with a wrong one can say so. */
  serverTime: string
}

export interface DeviceFacts {
  hostName: string
  osName: string
  osVersion: string
  kernel: string
  architecture: string
  timeZone: string
  machineId: string
  bootId: string
  bootedAt: string
  memoryBytes: number
  diskFreeBytes: number
  diskTotalBytes: number
  isRebootPending: boolean
  rebootReasons: string[]
  agentVersion: string
  managers: Manager[]
}

export interface EnrolRequest {
  token: string
  publicKey: string
  facts: DeviceFacts
  /** Ed25519 by the new key over `enrolText`. */
  proof: string
}
export interface EnrolAnswer {
  deviceId: string
  mspId: string
  /** The first root, and those that followed it, each signed by the one before. */
  root: KeyRoot
  roots?: Envelope[]
  serverTime: string
  checkInMs: number
  jitterMs: number
}
/** What the new key signs at enrolment: binds key, token and host. */
export function enrolText(tokenSha256: string, publicKey: string, hostName: string): string {
  return `PW1-ENROL\n${tokenSha256}\n${publicKey}\n${hostName}`
}

/** SHA-256 hex of the canonical JSON of each section; the door asks only for what changed. */
export interface SectionHashes {
  facts: string
  packages: string
  missing: string
}
export interface CheckInRequest {
  agentVersion: string
  bootId: string
  hashes: SectionHashes
  /** Highest report seq made, so that the door can ask again. */
  reportSeq: number
}
export interface CheckInAnswer {
  serverTime: string
  checkInMs: number
  jitterMs: number
  want: (keyof SectionHashes)[]
  hasOrders: boolean
  /** The newest root there is: a device that has another one pinned asks for what follows. */
  rootVersion?: number
  /** Present on signed requests: the session key for this hour, base64. */
  session?: { key: string; hour: number; expiresAt: string }
}

export interface RootsRequest {
  /** The version that the device has pinned. */
  after: number
  /** Why it did not take the next one, when it was shown that; null when it was not. */
  refusal: string | null
}
export interface RootsAnswer {
  serverTime: string
  /** What follows, the next one first. */
  roots: Envelope[]
}

export interface InstalledPackage {
  manager: Manager
  name: string
  version: string
  architecture: string
  status: string
}
export type Classification =
  | 'security'
  | 'critical'
  | 'hotfix'
  | 'bug fix'
  | 'feature'
  | 'service pack'
  | 'driver'
  | 'definition'
export type Severity = 'critical' | 'important' | 'moderate' | 'low' | 'unknown'

export interface MissingUpdate {
  manager: Manager
  name: string
  version: string
  architecture: string
  fromVersion: string | null
  sha256: string | null
  sizeBytes: number | null
  classification: Classification
  severity: Severity
  /** Where it comes from, such as `Debian-Security:12/oldstable-security`. */
  source: string
}
export interface MissingSet {
  /** SHA-256 hex over manager, names and versions: equal sets on different devices share it. */
  key: string
  /** Indexes into `updates`. */
  members: number[]
  undoClass: UndoClass
  /** Why the class is what it is, in one sentence. */
  undoReason: string
  /** Hash of the predecessor file per member where known (kept or fetchable). */
  predecessors: { name: string; version: string | null; sha256: string | null }[]
}
export interface MissingSection {
  updates: MissingUpdate[]
  sets: MissingSet[]
  /** Names that wait: held or phased by the package manager itself. */
  waiting: { name: string; reason: string }[]
  /** Non-empty when the package system is not healthy (dpkg --audit, interrupted) or the lists are old. */
  trouble: string
}
/** In place of the section when the look itself failed: no lists, so that nothing can be taken for installed. */
export interface FailedLook {
  /** Why; never empty. */
  trouble: string
}
export interface InventoryRequest {
  hashes: SectionHashes
  scannedAt: string
  facts?: DeviceFacts
  packages?: InstalledPackage[]
  missing?: MissingSection | FailedLook
}
export interface InventoryAnswer {
  serverTime: string
}

export interface PollRequest {
  waitMs: number
  /** Change order the device still holds open, if any. */
  openOrderId: string | null
}
export interface PollAnswer {
  serverTime: string
  orders: Envelope[]
}

export interface PermitRequest {
  orderId: string
}
export type PermitDenial =
  | 'paused'
  | 'stopped'
  | 'superseded'
  | 'window-closed'
  | 'not-enough-time'
  | 'expired'
  | 'no-evaluator'
  /** As many devices of the MSP as may in one hour have started. */
  | 'device-cap'
  | 'unknown-order'
export type PermitAnswer =
  | { serverTime: string; permit: true; validUntil: string }
  /** `superseded` and `expired` end the order as overtaken; the others are asked again after `retryAfterMs`. */
  | { serverTime: string; permit: false; denial: PermitDenial; message: string; retryAfterMs: number }

export interface ReportsRequest {
  reports: SignedReport[]
}
export interface ReportsAnswer {
  serverTime: string
  /** Highest seq up to which exactly this device's reports are stored without a gap: it drops its outbox up to here. */
  ackSeq: number
  /**
   * Where the stored chain ends, when not all of the request could be taken: the numbers were given to other reports, or some
   * before them are missing (the device or the door was restored). The device numbers what waits anew from there.
   */
  stored?: { seq: number; hash: string }
  /** Reports that are acknowledged and not kept: they are about an order that this device was never given. */
  dropped?: { code: 'unknown-order'; seqs: number[] }
}
