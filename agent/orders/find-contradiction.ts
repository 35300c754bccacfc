import type { UndoStep, Update, WorkOrder } from '../wire/order.ts'

/** What no schema says of an order: why it contradicts itself, in words; '' when it does not. */
export function findContradiction(order: WorkOrder): string {
  for (const name of ['issuedAt', 'notBefore', 'notAfter'] as const)
    if (!Number.isFinite(Date.parse(order[name]))) return `${name}: is no date`
  if (order.verb === 'install' || order.verb === 'stage') {
    for (const set of order.sets) {
      const foreign = set.undo.find((step) => !set.updates.some((update) => isWayBack(step, update)))
      if (foreign) return `the undo plan of ${foreign.name} is not the way back from an update of its set`
    }
    return findTwice(order.sets.map(({ key, updates }) => ({ key, packages: updates })))
  }
  if (order.verb === 'rollback') return findTwice(order.sets.map(({ key, undo }) => ({ key, packages: undo })))
  return ''
}

/** An install may undo itself, without a permit: itself, and nothing else. */
function isWayBack(step: UndoStep, update: Update): boolean {
  return (
    step.manager === update.manager &&
    step.name === update.name &&
    step.architecture === update.architecture &&
    step.fromVersion === update.version &&
    step.toVersion === update.fromVersion
  )
}

/** Sets are told apart by their keys, and a package has one version: the second of two would be called done without being done. */
function findTwice(sets: { key: string; packages: readonly (Update | UndoStep)[] }[]): string {
  const seen = new Set<string>()
  for (const { key, packages } of sets) {
    const names = packages.map(({ manager, name, architecture }) => `${manager} ${name} ${architecture}`)
    for (const entry of [`the set ${key}`, ...names]) {
      if (seen.has(entry)) return `${entry}: is named twice`
      seen.add(entry)
    }
  }
  return ''
}
