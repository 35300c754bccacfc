import type { Manager, RefusalCode } from './order.ts'

/**
 * What a device says about an order. Signed by the device (`SignedReport`), chained by `prevHash`, numbered by `seq` without gaps,
 * kept in the device's outbox until the door acknowledges it.
 */
export type OrderState =
  | 'accepted'
  | 'refused'
  | 'expired'
  | 'overtaken'
  | 'cancelled'
  | 'staging'
  | 'staged'
  | 'vanished'
  | 'waiting'
  | 'permitted'
  | 'installing'
  | 'proved'
  | 'released'
  | 'failed'
  | 'rolling-back'
  | 'rolled-back'
  | 'rollback-failed'
  | 'done'

/** What happened to one update set. `installed` = read back by re-scan and probes passed. */
export type SetOutcome =
  | 'staged'
  | 'vanished'
  | 'installed'
  | 'already-installed'
  | 'failed'
  | 'rolled-back'
  | 'rollback-failed'
  | 'overtaken'
  | 'not-started'

export interface VersionRead {
  manager: Manager
  name: string
  /** As dpkg-query reads it; null = not installed. */
  before: string | null
  after: string | null
  /** dpkg status abbreviation such as `ii` or `iF`. */
  status: string
}

export interface ProbeRead {
  name: string
  at: string
  isPassed: boolean
  /** Why it failed, in words; empty when it passed. */
  detail: string
  phase: 'baseline' | 'after-set' | 'watch' | 'after-rollback'
}

export interface SetReport {
  key: string
  outcome: SetOutcome
  versions: VersionRead[]
  /** Exit code of the package manager where one ran. */
  exitCode: number | null
  /** Tail of the raw output, at most 8,000 characters. */
  output: string
  /** In plain words why it failed; empty when it did not. */
  reason: string
  /** Undo class after staging (fetchable becomes kept or stays). */
  undoClass: 'kept' | 'fetchable' | 'snapshot' | 'none'
}

export interface Report {
  v: 1
  reportId: string
  deviceId: string
  /** Rises by one with each report of this device, from 1. */
  seq: number
  /** SHA-256 hex of the canonical previous report; 64 zeros for the first. */
  prevHash: string
  orderId: string
  state: OrderState
  at: string
  sets: SetReport[]
  probes: ProbeRead[]
  isRebootPending: boolean
  refusal: { code: RefusalCode; detail: string } | null
  /** One sentence for people. */
  summary: string
}

export interface SignedReport {
  report: Report
  /** Ed25519 over the canonical JSON of `report`, base64, by the device's key. */
  signature: string
}
