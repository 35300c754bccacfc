import type { Device } from '../device.ts'
import { log } from '../log.ts'
import type { InstalledRead } from '../managers/apt/read-installed.ts'
import { readInstalled } from '../managers/apt/read-installed.ts'
import type { OrderRecord } from '../state/journal.ts'
import type { InstallOrder, RefusalCode, RollbackOrder } from '../wire/order.ts'
import { endOrder } from './end-order.ts'
import { checkTransaction, planInstall, planUndo } from './plan-changes.ts'
import { reportOrder } from './report-order.ts'
import { stageSets } from './stage-sets.ts'

/**
 * The last two checks of a change order, against the machine itself: from-version and exceeds-order. What is not in the
 * store yet is fetched first. Says whether it was accepted; a refusal is reported with its code.
 */
export async function acceptChange(
  device: Device,
  record: OrderRecord,
  order: InstallOrder | RollbackOrder,
): Promise<boolean> {
  const refusal = order.verb === 'install' ? await checkInstall(device, order) : await checkRollback(device, order)
  if (record.end) return false
  if (refusal) {
    endOrder(device, record, 'refused', { refusal, summary: `Refused (${refusal.code}): ${refusal.detail}` })
    return false
  }
  device.book.write(record, { kind: 'accepted', at: device.now().toISOString() })
  reportOrder(device, order.orderId, 'accepted', { summary: `Accepted: ${order.verb}.` })
  return true
}

type Refusal = { code: RefusalCode; detail: string }

async function checkInstall(device: Device, order: InstallOrder): Promise<Refusal | null> {
  const namesOf = (updates: readonly { name: string }[]) => updates.map(({ name }) => name)
  const perSet: InstalledRead[][] = []
  for (const set of order.sets) {
    const reads = await readInstalled(device.apt, namesOf(set.updates))
    perSet.push(reads)
    for (const [index, update] of set.updates.entries()) {
      const now = reads[index]?.version ?? null
      if (now === update.fromVersion || now === update.version) continue
      const detail = `${update.name}: ${now ?? 'nothing'} is installed, the order says ${update.fromVersion ?? 'nothing'}`
      return { code: 'from-version', detail }
    }
  }
  const isStaged = order.sets.every(({ updates }) => updates.every((update) => device.store.find(update) !== null))
  if (!isStaged) await stageSets(device, order.sets)
  for (const [index, set] of order.sets.entries()) {
    const check = await checkTransaction(device, planInstall(device, set.updates, perSet[index] ?? []))
    if (check.verdict === 'exceeds') return { code: 'exceeds-order', detail: check.detail }
    if (check.verdict === 'impossible') log('warn', 'a set cannot go in now', { key: set.key, reason: check.detail })
  }
  return null
}

async function checkRollback(device: Device, order: RollbackOrder): Promise<Refusal | null> {
  for (const set of order.sets) {
    const names = set.undo.map(({ name }) => name)
    const reads = await readInstalled(device.apt, names)
    // What somebody changed since is not a refusal: the set ends as overtaken.
    const isOurs = set.undo.every((step, index) => reads[index]?.version === step.fromVersion)
    if (!isOurs) continue
    const check = await checkTransaction(device, planUndo(device, set.undo, reads))
    if (check.verdict === 'exceeds') return { code: 'exceeds-order', detail: check.detail }
  }
  return null
}
