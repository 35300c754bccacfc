import type { Device } from '../device.ts'
import { isBooting } from '../health/probe-when-up.ts'
import { findNewFailures, runHealthPlan } from '../health/run-health-plan.ts'
import { log } from '../log.ts'
import { findFileOwners } from '../managers/apt/find-file-owner.ts'
import type { OrderRecord } from '../state/journal.ts'
import { wait } from '../wait.ts'
import type { InstallOrder, UpdateSet } from '../wire/order.ts'
import type { ProbeRead } from '../wire/report.ts'
import { endOrder } from './end-order.ts'
import { readVersions } from './read-versions.ts'
import { reportOrder } from './report-order.ts'
import { undoSet } from './undo-set.ts'

/** Pause between two looks while the machine is booting, when a probe that fails is not believed yet. */
const bootLookMs = 15_000

/**
 * Probes a proved order until its soak ends, then releases it. A probe that fails now, in all its tries, and passed before the
 * change takes back, without a permit, the set that owns what was probed. Survives restarts: all it needs is in the journal.
 */
export async function watchOrder(
  device: Device,
  record: OrderRecord,
  order: InstallOrder,
  signal: AbortSignal,
): Promise<void> {
  const { watch } = order.healthPlan
  let last: ProbeRead[] = []
  if (watch) {
    // Looked up once: a clock that is set meanwhile makes the soak neither longer nor shorter.
    const restMs = Date.parse(record.watchEndsAt ?? '') - device.now().getTime()
    const endsAtMs = performance.now() + Math.min(Math.max(0, restMs), watch.durationMs)
    let isLast = false
    while (!isLast) {
      const leftMs = endsAtMs - performance.now()
      isLast = leftMs <= watch.intervalMs
      await wait(Math.min(watch.intervalMs, Math.max(0, leftMs)), signal)
      last = await lookAndJudge(device, record, order, Math.min(watch.intervalMs, bootLookMs), signal)
      if (signal.aborted || record.end) return
    }
  }
  if (signal.aborted || record.end) return
  const sets = [...record.sets.values()]
  endOrder(device, record, 'released', { sets, probes: last, summary: 'The soak is over.' })
}

/**
 * Looks and judges. What fails while the machine is booting is looked at again until that is over; else at once: the gate may be open for
 * the next ring a few seconds after the soak, and the tries of the health plan have given a restarting service its time.
 */
async function lookAndJudge(
  device: Device,
  record: OrderRecord,
  order: InstallOrder,
  pauseMs: number,
  signal: AbortSignal,
): Promise<ProbeRead[]> {
  while (!signal.aborted && !record.end) {
    const mayJudge = !isBooting(device)
    const look = await device.packages.run(() => lookOnce(device, record, order, mayJudge, signal))
    if (look.isSettled) return look.reads
    await wait(pauseMs, signal)
  }
  return []
}

interface Look {
  reads: ProbeRead[]
  /** False: something fails that was not judged yet. */
  isSettled: boolean
}

async function lookOnce(
  device: Device,
  record: OrderRecord,
  order: InstallOrder,
  mayJudge: boolean,
  signal: AbortSignal,
): Promise<Look> {
  if (signal.aborted || record.end) return { reads: [], isSettled: false }
  if (record.running) {
    const set = order.sets.find(({ key }) => key === record.running?.key)
    if (set) await takeBack(device, record, order, set, [])
    if (record.end) return { reads: [], isSettled: true }
  }
  const reads = await runHealthPlan(device.config.aptRoot, order.healthPlan, 'watch', device.now)
  // While the machine goes down its services go first: what was read meanwhile counts for nothing.
  if (signal.aborted) return { reads: [], isSettled: false }
  const failures = findNewFailures(record.baseline?.probes ?? [], reads)
  if (failures.length === 0) return { reads, isSettled: true }
  if (!mayJudge) return { reads, isSettled: false }
  await judgeFailures(device, record, order, failures, signal)
  return { reads, isSettled: true }
}

/** Takes back whose probe fails; where nobody owns it, one set after the other until it passes again. */
async function judgeFailures(
  device: Device,
  record: OrderRecord,
  order: InstallOrder,
  failures: readonly ProbeRead[],
  signal: AbortSignal,
): Promise<void> {
  const suspects = await findSuspects(device, record, order)
  const charged = new Set<UpdateSet>()
  const unowned = new Set<string>()
  for (const { name } of failures) {
    const owner = await findOwner(device, order, name, suspects)
    if (owner === 'nobody') unowned.add(name)
    else if (owner !== 'stranger') charged.add(owner)
  }
  for (const set of charged) {
    if (signal.aborted || record.end) return
    await takeBack(device, record, order, set, failures)
  }
  // Nobody owns it: every set is suspect, undone newest first until the probe passes again.
  for (const set of suspects.toReversed()) {
    if (unowned.size === 0 || record.end || signal.aborted) break
    if (charged.has(set)) continue
    const after = await takeBack(device, record, order, set, failures)
    for (const { name, isPassed } of after) if (isPassed) unowned.delete(name)
  }
  if (charged.size === 0 && suspects.length === 0) log('warn', 'a probe of a watch fails', { orderId: order.orderId })
}

/** Sets of this order that are still as it left them, oldest first. */
async function findSuspects(device: Device, record: OrderRecord, order: InstallOrder): Promise<UpdateSet[]> {
  const suspects: UpdateSet[] = []
  for (const set of order.sets) {
    if (record.sets.get(set.key)?.outcome !== 'installed') continue
    const { reads } = await readVersions(
      device,
      set.updates.map(({ name }) => name),
    )
    if (set.updates.every(({ version }, index) => reads[index]?.version === version)) suspects.push(set)
  }
  return suspects
}

/** Whose probe it is: a set of this order, a package outside of it (`stranger`), or `nobody`. */
async function findOwner(
  device: Device,
  order: InstallOrder,
  probeName: string,
  suspects: readonly UpdateSet[],
): Promise<UpdateSet | 'nobody' | 'stranger'> {
  const probe = order.healthPlan.probes.find(({ name }) => name === probeName)
  if (!probe?.ownerFile) return 'nobody'
  const owners = await findFileOwners(device.apt, probe.ownerFile)
  if (owners.length === 0) return 'nobody'
  return suspects.find(({ updates }) => updates.some(({ name }) => owners.includes(name))) ?? 'stranger'
}

async function takeBack(
  device: Device,
  record: OrderRecord,
  order: InstallOrder,
  set: UpdateSet,
  failures: readonly ProbeRead[],
): Promise<ProbeRead[]> {
  const resumed = record.running?.key === set.key ? record.running.failure : null
  const words = failures.map(({ name, detail }) => `The probe "${name}" failed in the watch: ${detail}.`).join(' ')
  const failure = resumed ?? { reason: words, exitCode: null, output: '' }
  const earlier = record.sets.get(set.key)
  reportOrder(device, order.orderId, 'rolling-back', { probes: [...failures], summary: failure.reason })
  const before = earlier?.versions ?? []
  const auditBefore = record.baseline?.audit ?? ''
  const undone = await undoSet(device, record, { key: set.key, undo: set.undo, before, failure, auditBefore })
  const probes = await runHealthPlan(device.config.aptRoot, order.healthPlan, 'after-rollback', device.now)
  const reason = undone.reason === '' ? failure.reason : `${failure.reason} Going back failed: ${undone.reason}`
  const report = { key: set.key, undoClass: set.undoClass, ...undone, reason }
  device.book.write(record, { kind: 'set-ended', at: device.now().toISOString(), set: report, probes })
  const content = { sets: [report], probes: [...failures, ...probes], summary: reason }
  if ([...record.sets.values()].some(({ outcome }) => outcome === 'installed')) {
    reportOrder(device, order.orderId, undone.outcome, content)
  } else {
    endOrder(device, record, undone.outcome, content)
  }
  void device.scan()
  return probes
}
