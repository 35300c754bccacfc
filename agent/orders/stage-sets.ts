import { join } from 'node:path'
import type { Device } from '../device.ts'
import { migratesData } from '../managers/apt/judge-undo.ts'
import { keepPackage } from '../managers/apt/keep-package.ts'
import { updateLists } from '../managers/apt/update-lists.ts'
import type { UndoClass, UpdateSet } from '../wire/order.ts'
import type { SetReport } from '../wire/report.ts'

export interface StagedSets {
  sets: SetReport[]
  /** True when an archive could not be reached: worth another try. */
  isUnreachable: boolean
}

/** Brings the exact new packages of each set into the store, and keeps what is there now. Changes no package. */
export async function stageSets(device: Device, sets: readonly UpdateSet[]): Promise<StagedSets> {
  const options = {
    scratchDir: join(device.stateDir, 'tmp'),
    mayRepack: true,
    at: device.now().toISOString(),
  }
  const needsLists = sets.some(({ updates }) => updates.some((update) => device.store.find(update) === null))
  // Lists that cannot be read again are no reason to stop: the version may be in the old ones.
  if (needsLists) await updateLists(device.apt)
  const reports: SetReport[] = []
  let isUnreachable = false
  for (const set of sets) {
    const problems: string[] = []
    let outcome: SetReport['outcome'] = 'staged'
    for (const update of set.updates) {
      const answer = await keepPackage(device.apt, device.store, update, { ...options, mayRepack: false })
      if (answer.kept) continue
      problems.push(`${update.name} ${update.version}: ${answer.detail}`)
      if (answer.problem === 'unreachable') isUnreachable = true
      if (answer.problem !== 'gone') outcome = 'failed'
      else if (outcome !== 'failed') outcome = 'vanished'
    }
    const undoClass = outcome === 'staged' ? await keepPredecessors(device, set, options) : set.undoClass
    reports.push({
      key: set.key,
      outcome,
      versions: [],
      exitCode: null,
      output: problems.join('\n'),
      reason: outcome === 'vanished' ? 'The archive does not have this version any more.' : (problems[0] ?? ''),
      undoClass,
    })
  }
  return { sets: reports, isUnreachable }
}

async function keepPredecessors(
  device: Device,
  set: UpdateSet,
  options: { scratchDir: string; mayRepack: boolean; at: string },
): Promise<UndoClass> {
  let isComplete = true
  for (const step of set.undo) {
    if (step.toVersion === null) continue
    const wanted = { name: step.name, version: step.toVersion, architecture: step.architecture, sha256: step.sha256 }
    const answer = await keepPackage(device.apt, device.store, wanted, options)
    // A repacked file has lost its signature and carries changed settings: it helps in need but promises nothing.
    if (answer.kept === null || answer.kept.origin === 'repacked') isComplete = false
  }
  if (set.updates.some(({ name }) => migratesData(name))) return 'none'
  return isComplete && set.undo.length > 0 ? 'kept' : 'none'
}
