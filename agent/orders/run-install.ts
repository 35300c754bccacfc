import type { Device } from '../device.ts'
import { probeWhenUp } from '../health/probe-when-up.ts'
import { auditPackages } from '../managers/apt/find-trouble.ts'
import type { OrderRecord } from '../state/journal.ts'
import type { InstallOrder } from '../wire/order.ts'
import type { SetReport } from '../wire/report.ts'
import { endOrder } from './end-order.ts'
import { installSet } from './install-set.ts'
import { reportOrder } from './report-order.ts'

/**
 * Baseline, then one set after the other, then the verdict: `proved` (with a watch) or the state it ended in. Throws between
 * two steps once `signal` has come: the next life of the agent goes on from there.
 */
export async function runInstall(
  device: Device,
  record: OrderRecord,
  order: InstallOrder,
  signal: AbortSignal,
): Promise<void> {
  const at = () => device.now().toISOString()
  if (record.baseline === null) {
    const audit = await auditPackages(device.apt)
    const probes = await probeWhenUp(device, order.healthPlan, 'baseline', null, signal)
    device.book.write(record, { kind: 'baseline', at: at(), probes, audit })
  }
  reportOrder(device, order.orderId, 'installing', {
    probes: record.baseline?.probes ?? [],
    summary: `Installs ${order.sets.length === 1 ? 'one update set' : `${order.sets.length} update sets`}.`,
  })
  for (const set of order.sets) {
    if (record.sets.has(set.key)) continue
    const ended = await installSet(device, record, order, set, signal, (failed, probes) => {
      const summary = `One set failed and is taken back: ${failed.reason}`
      reportOrder(device, order.orderId, 'installing', { sets: [failed], probes, summary })
    })
    device.book.write(record, { kind: 'set-ended', at: at(), ...ended })
  }
  finishInstall(device, record, order)
}

function finishInstall(device: Device, record: OrderRecord, order: InstallOrder): void {
  const sets = order.sets.flatMap(({ key }) => record.sets.get(key) ?? [])
  const probes = [...(record.baseline?.probes ?? []), ...record.probes]
  const count = (...outcomes: SetReport['outcome'][]) => sets.filter(({ outcome }) => outcomes.includes(outcome)).length
  const good = count('installed', 'already-installed')
  const reasons = sets.map(({ reason }) => reason).filter((reason) => reason !== '')
  if (good > 0) {
    const rest = good === sets.length ? '' : ` The rest: ${reasons.join(' ')}`
    const summary = `${good} of ${sets.length} update sets are in and proved.${rest}`
    reportOrder(device, order.orderId, 'proved', { sets, probes, summary })
    const durationMs = order.healthPlan.watch?.durationMs ?? 0
    const watchEndsAt = new Date(device.now().getTime() + durationMs).toISOString()
    device.book.write(record, { kind: 'proved', at: device.now().toISOString(), watchEndsAt })
    return
  }
  const summary = reasons.join(' ') || 'No set was installed.'
  if (count('rollback-failed', 'rolled-back') > 0) {
    reportOrder(device, order.orderId, 'failed', { sets, probes, summary })
    endOrder(device, record, count('rollback-failed') > 0 ? 'rollback-failed' : 'rolled-back', {
      sets,
      probes,
      summary,
    })
    return
  }
  endOrder(device, record, count('vanished') > 0 ? 'vanished' : 'overtaken', { sets, probes, summary })
}
