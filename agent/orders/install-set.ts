import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Device } from '../device.ts'
import { probeWhenUp } from '../health/probe-when-up.ts'
import { findNewFailures, runHealthPlan } from '../health/run-health-plan.ts'
import { findAutomatic, markAutomatic } from '../managers/apt/automatic-marks.ts'
import type { InstalledRead } from '../managers/apt/read-installed.ts'
import { repairPackages } from '../managers/apt/repair-packages.ts'
import { watchLists } from '../managers/apt/steady-lists.ts'
import {
  rejoinTransaction,
  runTransaction,
  type TransactionEnd,
  transactionArguments,
} from '../managers/apt/transaction.ts'
import type { OrderRecord, SetFailure } from '../state/journal.ts'
import type { InstallOrder, UpdateSet } from '../wire/order.ts'
import type { ProbeRead, SetReport, VersionRead } from '../wire/report.ts'
import { findCause, findNewTrouble, hasReachedDpkg, wasCutShort } from './judge-set.ts'
import { checkTransaction, planInstall } from './plan-changes.ts'
import { readVersions } from './read-versions.ts'
import { rejoinLimitMs, transactionFolder } from './transaction-folder.ts'
import { undoSet } from './undo-set.ts'

const maxRuns = 3

export interface EndedSet {
  set: SetReport
  probes: ProbeRead[]
}

type Forward =
  | { kind: 'ended'; ended: EndedSet }
  | { kind: 'failed'; failure: SetFailure; before: VersionRead[]; probes: ProbeRead[] }

/**
 * Brings one set in and proves it, or takes it back. Picks up where an earlier life of the agent stopped.
 * `onFailure` is told as soon as it is known that the set goes back. Begins no transaction and judges nothing, but throws, once
 * `signal` has come.
 */
export async function installSet(
  device: Device,
  record: OrderRecord,
  order: InstallOrder,
  set: UpdateSet,
  signal: AbortSignal,
  onFailure: (failed: SetReport, probes: ProbeRead[]) => void,
): Promise<EndedSet> {
  const running = record.running?.key === set.key ? record.running : null
  let forward: Forward
  if (running?.direction === 'undo' && running.failure) {
    forward = { kind: 'failed', failure: running.failure, before: running.before, probes: [] }
  } else {
    forward = await goForward(device, record, order, set, signal)
    if (forward.kind === 'ended') return forward.ended
    const { versions } = await readVersions(device, namesOf(set), forward.before)
    onFailure(reportSet(set, 'failed', versions, forward.failure), forward.probes)
  }
  const { failure, before } = forward
  const auditBefore = record.baseline?.audit ?? ''
  const undone = await undoSet(device, record, { key: set.key, undo: set.undo, before, failure, auditBefore })
  const probes = await runHealthPlan(device.config.aptRoot, order.healthPlan, 'after-rollback', device.now)
  const reason =
    undone.outcome === 'rolled-back' ? failure.reason : `${failure.reason} Going back failed: ${undone.reason}`
  const report = reportSet(set, undone.outcome, undone.versions, {
    reason,
    exitCode: failure.exitCode,
    output: `${failure.output.slice(-4_500)}\n--- undo ---\n${undone.output.slice(-3_000)}`,
  })
  return { set: report, probes: [...forward.probes, ...probes] }
}

async function goForward(
  device: Device,
  record: OrderRecord,
  order: InstallOrder,
  set: UpdateSet,
  signal: AbortSignal,
): Promise<Forward> {
  const names = namesOf(set)
  let before = record.running?.key === set.key ? record.running.before : null
  let end: TransactionEnd = { isStarted: false }
  if (record.running?.key === set.key) {
    const folder = transactionFolder(device, record.running.transactionId)
    end = await rejoinTransaction(device.apt, folder, rejoinLimitMs)
  }
  for (let run = 1; ; run += 1) {
    const haveListsMoved = watchLists(device.apt)
    if (!end.isStarted) {
      const { reads, versions } = await readVersions(device, names, before ?? [])
      const isUntouched = before === null
      before ??= versions
      const early = await lookBefore(device, set, reads, versions, isUntouched)
      if (early && isUntouched) return { kind: 'ended', ended: { set: early, probes: [] } }
      if (early) {
        const failure = { reason: early.reason, exitCode: null, output: early.output }
        return { kind: 'failed', failure, before, probes: [] }
      }
      if (signal.aborted) throw new Error('the agent stops: nothing is begun any more')
      end = await runOnce(device, record, set, reads, before)
      if (!end.isStarted) throw new Error('the transaction was claimed by somebody else')
    }
    const isCutShort = wasCutShort(device, end)
    if (isCutShort) await repairPackages(device.apt, join(device.stateDir, 'repair.log'))
    await markAutomatic(device.apt, record.running?.automatic ?? [])
    const { reads, versions } = await readVersions(device, names, before ?? [])
    const trouble = await findNewTrouble(device, record.baseline?.audit ?? '')
    const known = before ?? versions
    if (isAtVersions(set, reads) && trouble === '') {
      const baseline = record.baseline?.probes ?? []
      const probes = await probeWhenUp(device, order.healthPlan, 'after-set', baseline, signal)
      const broken = findNewFailures(baseline, probes)
      const { exitCode, output } = end
      if (broken.length === 0) {
        const report = reportSet(set, 'installed', versions, { reason: '', exitCode, output })
        return { kind: 'ended', ended: { set: report, probes } }
      }
      const reason = broken.map(({ name, detail }) => `The probe "${name}" failed: ${detail}.`).join(' ')
      return { kind: 'failed', failure: { reason, exitCode, output }, before: known, probes }
    }
    const isUnread = !hasReachedDpkg(end.output) && haveListsMoved()
    // Neither a killed package manager nor lists that moved under it are a fault of the patch: forward again, as long as that is possible.
    if ((isCutShort || isUnread) && run < maxRuns) {
      end = { isStarted: false }
      continue
    }
    const reason = findCause(end.output) || trouble || `apt-get ended with ${end.exitCode}`
    return {
      kind: 'failed',
      failure: { reason, exitCode: end.exitCode, output: end.output },
      before: known,
      probes: [],
    }
  }
}

/** What can be said without a transaction: already there, changed by somebody else, or not possible. */
async function lookBefore(
  device: Device,
  set: UpdateSet,
  reads: readonly InstalledRead[],
  versions: VersionRead[],
  isUntouched: boolean,
): Promise<SetReport | null> {
  if (isAtVersions(set, reads)) {
    return isUntouched ? reportSet(set, 'already-installed', versions, nothing('')) : null
  }
  const stranger = set.updates.find(
    (update, index) => ![update.fromVersion, update.version].includes(reads[index]?.version ?? null),
  )
  if (stranger && isUntouched) {
    const now = reads.find(({ name }) => name === stranger.name)?.version ?? 'nothing'
    const reason = `${stranger.name} ${now} is installed by now, not ${stranger.fromVersion ?? 'nothing'}.`
    return reportSet(set, 'overtaken', versions, nothing(reason))
  }
  const check = await checkTransaction(device, planInstall(device, set.updates, reads))
  if (check.verdict === 'exact') return null
  const isLost = set.updates.some((update) => device.store.find(update) === null)
  const reason = `Nothing was changed: ${check.detail}`
  // Read back at the versions before: that is what "rolled back" promises.
  return reportSet(set, isLost ? 'vanished' : 'rolled-back', versions, { ...nothing(reason), output: check.detail })
}

async function runOnce(
  device: Device,
  record: OrderRecord,
  set: UpdateSet,
  reads: readonly InstalledRead[],
  before: VersionRead[],
): Promise<TransactionEnd> {
  const changes = planInstall(device, set.updates, reads)
  const fresh = before.filter((read) => read.before === null).map(({ name }) => name)
  const old = before.filter((read) => read.before !== null).map(({ name }) => name)
  const automatic =
    record.running?.key === set.key
      ? record.running.automatic
      : [...(await findAutomatic(device.apt, old)), ...(old.length > 0 ? fresh : [])]
  const transactionId = randomUUID()
  device.book.write(record, {
    kind: 'set-running',
    at: device.now().toISOString(),
    running: { key: set.key, direction: 'install', transactionId, before, automatic, failure: null },
  })
  const folder = transactionFolder(device, transactionId)
  return runTransaction(device.apt, folder, transactionArguments(device.apt, changes, false))
}

function isAtVersions(set: UpdateSet, reads: readonly InstalledRead[]): boolean {
  return set.updates.every(({ version }, index) => reads[index]?.version === version && reads[index]?.status === 'ii')
}

function namesOf(set: UpdateSet): string[] {
  return set.updates.map(({ name }) => name)
}

function nothing(reason: string): SetFailure {
  return { reason, exitCode: null, output: '' }
}

function reportSet(
  set: UpdateSet,
  outcome: SetReport['outcome'],
  versions: VersionRead[],
  { reason, exitCode, output }: SetFailure,
): SetReport {
  return { key: set.key, outcome, versions, exitCode, output, reason, undoClass: set.undoClass }
}
