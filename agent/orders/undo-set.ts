import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Device } from '../device.ts'
import { markAutomatic } from '../managers/apt/automatic-marks.ts'
import { isInterrupted } from '../managers/apt/find-trouble.ts'
import { keepPackage } from '../managers/apt/keep-package.ts'
import { repairPackages } from '../managers/apt/repair-packages.ts'
import { watchLists } from '../managers/apt/steady-lists.ts'
import {
  rejoinTransaction,
  runTransaction,
  type TransactionEnd,
  transactionArguments,
} from '../managers/apt/transaction.ts'
import type { OrderRecord, RunningSet, SetFailure } from '../state/journal.ts'
import type { UndoStep } from '../wire/order.ts'
import type { SetReport, VersionRead } from '../wire/report.ts'
import { findCause, findNewTrouble, hasReachedDpkg, wasCutShort } from './judge-set.ts'
import { checkTransaction, isUndone, planUndo } from './plan-changes.ts'
import { readVersions } from './read-versions.ts'
import { rejoinLimitMs, transactionFolder } from './transaction-folder.ts'

const maxRuns = 3

export interface UndoneSet {
  outcome: Extract<SetReport['outcome'], 'rolled-back' | 'rollback-failed'>
  versions: VersionRead[]
  exitCode: number | null
  output: string
  /** Why it could not be undone; empty when it was. */
  reason: string
}

/**
 * Puts a set back to its versions before, from the store, and proves it by reading back. Picks up a transaction that an
 * earlier life of the agent began (`record.running`).
 */
export async function undoSet(
  device: Device,
  record: OrderRecord,
  set: { key: string; undo: readonly UndoStep[]; before: VersionRead[]; failure: SetFailure; auditBefore: string },
): Promise<UndoneSet> {
  const names = set.undo.map(({ name }) => name)
  let running: RunningSet | null =
    record.running?.key === set.key && record.running.direction === 'undo' ? record.running : null
  let output = ''
  let exitCode: number | null = null
  let problem = set.undo.length === 0 ? 'the order holds no way back for this set' : ''
  for (let run = 0; run < maxRuns && problem === ''; run += 1) {
    let end: TransactionEnd = { isStarted: false }
    const haveListsMoved = watchLists(device.apt)
    if (running)
      end = await rejoinTransaction(device.apt, transactionFolder(device, running.transactionId), rejoinLimitMs)
    running = null
    if (!end.isStarted) {
      if (isInterrupted(device.apt)) await repair(device)
      await keepMissing(device, set.undo)
      const { reads } = await readVersions(device, names)
      const changes = planUndo(device, set.undo, reads)
      if (changes.length === 0) break
      const check = await checkTransaction(device, changes)
      if (check.verdict !== 'exact') {
        problem = check.detail
        break
      }
      const transactionId = randomUUID()
      const automatic = record.running?.key === set.key ? record.running.automatic : []
      const entry: RunningSet = {
        key: set.key,
        direction: 'undo',
        transactionId,
        before: set.before,
        automatic,
        failure: set.failure,
      }
      device.book.write(record, { kind: 'set-running', at: device.now().toISOString(), running: entry })
      const folder = transactionFolder(device, transactionId)
      end = await runTransaction(device.apt, folder, transactionArguments(device.apt, changes, true))
    }
    if (!end.isStarted) throw new Error('the transaction was claimed by somebody else')
    output = end.output
    exitCode = end.exitCode
    const isCutShort = wasCutShort(device, end)
    if (isCutShort) await repair(device)
    const { reads } = await readVersions(device, names)
    if (set.undo.every((step, index) => isUndone(step, reads[index]))) break
    // apt found other lists than it began with: the next run reads those.
    if (!isCutShort && run + 1 < maxRuns && !hasReachedDpkg(output) && haveListsMoved()) continue
    if (!isCutShort) problem = findCause(output) || `apt-get ended with ${exitCode}`
    else if (run + 1 === maxRuns) problem = 'the package manager was interrupted each time'
  }
  await markAutomatic(device.apt, record.running?.key === set.key ? record.running.automatic : [])
  const { reads, versions } = await readVersions(device, names, set.before)
  const isBack = set.undo.length > 0 && set.undo.every((step, index) => isUndone(step, reads[index]))
  const trouble = isBack ? await findNewTrouble(device, set.auditBefore) : ''
  const outcome = isBack && trouble === '' ? 'rolled-back' : 'rollback-failed'
  const reason = outcome === 'rolled-back' ? '' : problem || trouble || 'the versions read back are not the ones before'
  return { outcome, versions, exitCode, output, reason }
}

async function repair(device: Device): Promise<void> {
  await repairPackages(device.apt, join(device.stateDir, 'repair.log'))
}

/** A predecessor that staging did not get may be in the archive by now: the last place to look. */
async function keepMissing(device: Device, undo: readonly UndoStep[]): Promise<void> {
  for (const { name, toVersion, architecture, sha256 } of undo) {
    if (toVersion === null || device.store.find({ name, version: toVersion, sha256: null })) continue
    const options = { scratchDir: join(device.stateDir, 'tmp'), mayRepack: false, at: device.now().toISOString() }
    await keepPackage(device.apt, device.store, { name, version: toVersion, architecture, sha256 }, options)
  }
}
