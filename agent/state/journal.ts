import type { PermitDenial } from '../wire/door.ts'
import type { Envelope } from '../wire/envelope.ts'
import type { WorkOrder } from '../wire/order.ts'
import type { OrderState, ProbeRead, Report, SetReport, VersionRead } from '../wire/report.ts'

/** What a transaction does to its set. */
export type Direction = 'install' | 'undo'

/** One transition of an order; written and synced before what it announces is done. */
export type JournalEntry = { at: string } & (
  | { kind: 'received'; envelope: Envelope; order: WorkOrder }
  | { kind: 'accepted' }
  | { kind: 'resumed'; attempt: number }
  | { kind: 'denied'; denial: PermitDenial }
  | { kind: 'permitted'; isOffline: boolean; startBy: string }
  | { kind: 'baseline'; probes: ProbeRead[]; audit: string }
  | { kind: 'set-running'; running: RunningSet }
  | { kind: 'set-ended'; set: SetReport; probes: ProbeRead[] }
  | { kind: 'proved'; watchEndsAt: string }
  | { kind: 'ended'; state: OrderState; result: OrderResult }
)

/** A transaction that was begun for a set and not yet judged. */
export interface RunningSet {
  key: string
  direction: Direction
  transactionId: string
  /** Versions before the first change of this set. */
  before: VersionRead[]
  /** Packages that apt counts as installed for others' sake: the mark is put back. */
  automatic: string[]
  /** Why it is undone; null while installing. */
  failure: SetFailure | null
}

/** What went wrong with a set, in words, with what the package manager said. */
export interface SetFailure {
  reason: string
  exitCode: number | null
  output: string
}

/** What the last report of an order said; answered again when the same order comes again. */
export type OrderResult = Pick<Report, 'sets' | 'probes' | 'refusal' | 'summary'>

/** An order and where it stands: its journal, folded. */
export interface OrderRecord {
  order: WorkOrder
  envelope: Envelope
  receivedAt: string
  isAccepted: boolean
  /** What the door said when it last gave no permit; null = it never refused one. */
  denial: PermitDenial | null
  permit: { isOffline: boolean; givenAt: string; startBy: string } | null
  baseline: { probes: ProbeRead[]; audit: string } | null
  running: RunningSet | null
  /** Latest report of each set that came to an end, by set key. */
  sets: Map<string, SetReport>
  probes: ProbeRead[]
  /** Resumes since the last transition: at three it is given up. */
  attempts: number
  watchEndsAt: string | null
  end: { state: OrderState; at: string; result: OrderResult } | null
}

/** Folds entries into a record; null when they do not begin with an order. */
export function foldJournal(entries: readonly JournalEntry[], start: OrderRecord | null = null): OrderRecord | null {
  let record = start
  for (const entry of entries) {
    if (entry.kind === 'received') {
      record = {
        order: entry.order,
        envelope: entry.envelope,
        receivedAt: entry.at,
        isAccepted: false,
        denial: null,
        permit: null,
        baseline: null,
        running: null,
        sets: new Map(),
        probes: [],
        attempts: 0,
        watchEndsAt: null,
        end: null,
      }
      continue
    }
    if (!record) return null
    if (entry.kind !== 'resumed') record.attempts = 0
    switch (entry.kind) {
      case 'accepted':
        record.isAccepted = true
        break
      case 'resumed':
        record.attempts = entry.attempt
        break
      case 'denied':
        record.denial = entry.denial
        break
      case 'permitted':
        record.permit = { isOffline: entry.isOffline, givenAt: entry.at, startBy: entry.startBy }
        break
      case 'baseline':
        record.baseline = { probes: entry.probes, audit: entry.audit }
        break
      case 'set-running':
        record.running = entry.running
        break
      case 'set-ended':
        record.running = null
        record.sets.set(entry.set.key, entry.set)
        record.probes.push(...entry.probes)
        break
      case 'proved':
        record.watchEndsAt = entry.watchEndsAt
        break
      case 'ended':
        record.end = { state: entry.state, at: entry.at, result: entry.result }
        break
    }
  }
  return record
}
