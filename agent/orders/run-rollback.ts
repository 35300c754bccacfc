import type { Device } from '../device.ts'
import { runHealthPlan } from '../health/run-health-plan.ts'
import { auditPackages } from '../managers/apt/find-trouble.ts'
import type { OrderRecord, SetFailure } from '../state/journal.ts'
import type { RollbackOrder } from '../wire/order.ts'
import type { SetReport } from '../wire/report.ts'
import { endOrder } from './end-order.ts'
import { isUndone } from './plan-changes.ts'
import { readVersions } from './read-versions.ts'
import { reportOrder } from './report-order.ts'
import { undoSet } from './undo-set.ts'

type RollbackSet = RollbackOrder['sets'][number]

const noFailure: SetFailure = { reason: '', exitCode: null, output: '' }

/** Takes the sets of an order back, the last one first; what somebody changed since is left alone and called overtaken. */
export async function runRollback(device: Device, record: OrderRecord, order: RollbackOrder): Promise<void> {
  const at = () => device.now().toISOString()
  if (record.baseline === null) {
    const audit = await auditPackages(device.apt)
    device.book.write(record, { kind: 'baseline', at: at(), probes: [], audit })
  }
  reportOrder(device, order.orderId, 'rolling-back', { summary: 'Takes back what the order names.' })
  for (const set of [...order.sets].reverse()) {
    if (record.sets.has(set.key)) continue
    const report = await rollBackSet(device, record, set)
    const probes =
      report.outcome === 'overtaken'
        ? []
        : await runHealthPlan(device.config.aptRoot, order.healthPlan, 'after-rollback', device.now)
    device.book.write(record, { kind: 'set-ended', at: at(), set: report, probes })
  }
  const sets = order.sets.flatMap(({ key }) => record.sets.get(key) ?? [])
  const has = (outcome: SetReport['outcome']) => sets.some((set) => set.outcome === outcome)
  leaveWatch(device, order)
  const reasons = sets.map(({ reason }) => reason).filter((reason) => reason !== '')
  const state = has('rollback-failed') ? 'rollback-failed' : has('rolled-back') ? 'rolled-back' : 'overtaken'
  const summary = state === 'rolled-back' ? 'Taken back and proved by reading the versions.' : reasons.join(' ')
  endOrder(device, record, state, { sets, probes: record.probes, summary })
}

async function rollBackSet(device: Device, record: OrderRecord, set: RollbackSet): Promise<SetReport> {
  const names = set.undo.map(({ name }) => name)
  const { reads, versions } = await readVersions(device, names)
  const report = (outcome: SetReport['outcome'], reason: string, rest: Partial<SetReport> = {}): SetReport => {
    return { key: set.key, outcome, versions, exitCode: null, output: '', reason, undoClass: 'kept', ...rest }
  }
  if (record.running?.key !== set.key) {
    if (set.undo.every((step, index) => isUndone(step, reads[index]))) return report('rolled-back', '')
    const changed = set.undo.find((step, index) => {
      const version = reads[index]?.version ?? null
      return version !== step.fromVersion && version !== step.toVersion
    })
    if (changed) {
      const version = reads.find(({ name }) => name === changed.name)?.version ?? 'nothing'
      return report('overtaken', `${changed.name} ${version} is installed by now, not ${changed.fromVersion}.`)
    }
  }
  const before = record.running?.key === set.key ? record.running.before : versions
  const auditBefore = record.baseline?.audit ?? ''
  const { outcome, ...undone } = await undoSet(device, record, {
    key: set.key,
    undo: set.undo,
    before,
    failure: noFailure,
    auditBefore,
  })
  return report(outcome, undone.reason, undone)
}

/** What was taken back here needs no watch any more. */
function leaveWatch(device: Device, order: RollbackOrder): void {
  const watched = order.installOrderId === null ? undefined : device.book.open.get(order.installOrderId)
  if (!watched?.watchEndsAt) return
  for (const { key } of order.sets) {
    const set = watched.sets.get(key)
    if (set?.outcome !== 'installed') continue
    const ended = { ...set, outcome: 'overtaken' as const, reason: 'Taken back by a later order.' }
    device.book.write(watched, { kind: 'set-ended', at: device.now().toISOString(), set: ended, probes: [] })
  }
  if ([...watched.sets.values()].some(({ outcome }) => outcome === 'installed')) return
  endOrder(device, watched, 'overtaken', {
    sets: [...watched.sets.values()],
    summary: 'The watch ends: a later order took the sets back.',
  })
}
