import type { Device } from '../device.ts'
import type { InstalledRead } from '../managers/apt/read-installed.ts'
import { type Change, compareWithChanges, simulateChanges } from '../managers/apt/simulate-changes.ts'
import type { UndoStep, Update } from '../wire/order.ts'

/** Changes of an install set that are not done yet, with their files from the store (null where the store has none). */
export function planInstall(device: Device, updates: readonly Update[], reads: readonly InstalledRead[]): Change[] {
  return updates.flatMap((update, index) => {
    const read = reads[index]
    if (read?.version === update.version && read.status === 'ii') return []
    const stored = device.store.find(update)
    return [
      {
        name: update.name,
        architecture: update.architecture,
        fromVersion: read?.version ?? null,
        toVersion: update.version,
        file: stored ? device.store.pathOf(stored.sha256) : null,
      },
    ]
  })
}

/** Changes that put a set back and are not done yet. */
export function planUndo(device: Device, steps: readonly UndoStep[], reads: readonly InstalledRead[]): Change[] {
  return steps.flatMap((step, index) => {
    const read = reads[index]
    if (isUndone(step, read)) return []
    const stored =
      step.toVersion === null
        ? null
        : (device.store.find({ name: step.name, version: step.toVersion, sha256: step.sha256 }) ??
          device.store.find({ name: step.name, version: step.toVersion, sha256: null }))
    return [
      {
        name: step.name,
        architecture: step.architecture,
        fromVersion: read?.version ?? null,
        toVersion: step.toVersion,
        file: stored ? device.store.pathOf(stored.sha256) : null,
      },
    ]
  })
}

export function isUndone(step: UndoStep, read: InstalledRead | undefined): boolean {
  if (step.toVersion === null) return (read?.version ?? null) === null
  return read?.version === step.toVersion && read.status === 'ii'
}

export type TransactionCheck =
  | { verdict: 'exact' }
  /** The transaction would do more than the order says. */
  | { verdict: 'exceeds'; detail: string }
  /** A file is missing, or apt sees no way. */
  | { verdict: 'impossible'; detail: string }

/** Simulates the changes and compares with the order. */
export async function checkTransaction(device: Device, changes: readonly Change[]): Promise<TransactionCheck> {
  if (changes.length === 0) return { verdict: 'exact' }
  const missing = changes.filter(({ toVersion, file }) => toVersion !== null && file === null)
  if (missing.length > 0) {
    const names = missing.map(({ name, toVersion }) => `${name} ${toVersion}`).join(', ')
    return { verdict: 'impossible', detail: `not in the store of this device: ${names}` }
  }
  const rotten = await findRotten(device, changes)
  if (rotten !== '') return { verdict: 'impossible', detail: `the file in the store has changed: ${rotten}` }
  const { simulation, error } = await simulateChanges(device.apt, changes)
  if (!simulation) return { verdict: 'impossible', detail: error }
  const { excess, lacking } = compareWithChanges(simulation, changes)
  if (excess.length > 0) return { verdict: 'exceeds', detail: `the transaction also ${excess.join(', ')}` }
  if (lacking.length > 0) return { verdict: 'impossible', detail: `apt would leave out ${lacking.join(', ')}` }
  return { verdict: 'exact' }
}

/** Files come from the agent's own folder, but long after they were checked: each is hashed again before it is used. */
async function findRotten(device: Device, changes: readonly Change[]): Promise<string> {
  for (const entry of device.store.list()) {
    const isUsed = changes.some(({ file }) => file === device.store.pathOf(entry.sha256))
    if (isUsed && !(await device.store.isIntact(entry))) return `${entry.name} ${entry.version}`
  }
  return ''
}
