import type { Device } from '../device.ts'
import type { OrderRecord } from '../state/journal.ts'
import type { SetReport } from '../wire/report.ts'
import { endOrder } from './end-order.ts'
import { readVersions } from './read-versions.ts'
import { reportOrder } from './report-order.ts'

/** Resumes at the same step before an order is given up: what crashes the agent three times needs a person. */
export const maxAttempts = 3

/**
 * Ends an order that never gets on, for `reason`. What may have changed the machine ends with what dpkg says now and asks
 * for a person; what never began is refused; a watch that cannot look goes on until its time is over.
 */
export async function giveUpOrder(device: Device, record: OrderRecord, reason: string): Promise<void> {
  if (record.end) {
    device.book.close(record)
    return
  }
  const { order } = record
  const isChange = order.verb === 'install' || order.verb === 'rollback'
  if (isChange && record.watchEndsAt !== null && !record.running) return reportBlindWatch(device, record, reason)
  if (!isChange || record.baseline === null) {
    endOrder(device, record, 'refused', { summary: `Nothing was changed, the device could not do it: ${reason}` })
    return
  }
  const why = `The device does not get past this step; a person has to look. ${reason || 'The agent was stopped there each time.'}`
  const sets: SetReport[] = []
  for (const set of order.sets) {
    const isRunning = record.running?.key === set.key
    const ended = record.sets.get(set.key)
    if (ended && !isRunning) {
      sets.push(ended)
      continue
    }
    const names = set.undo.map(({ name }) => name)
    const { versions } = await readVersions(device, names, isRunning ? record.running?.before : [])
    sets.push({
      key: set.key,
      outcome: isRunning ? 'rollback-failed' : 'not-started',
      versions,
      exitCode: null,
      output: '',
      reason: why,
      undoClass: 'none',
    })
  }
  endOrder(device, record, 'rollback-failed', { sets, summary: why })
}

function reportBlindWatch(device: Device, record: OrderRecord, reason: string): void {
  const sets = [...record.sets.values()]
  const { orderId } = record.order
  if (device.now().getTime() >= Date.parse(record.watchEndsAt ?? '')) {
    endOrder(device, record, 'released', { sets, summary: `The soak is over; the last looks failed: ${reason}` })
    return
  }
  reportOrder(device, orderId, 'proved', { sets, summary: `The watch cannot look and goes on trying: ${reason}` })
  throw new Error(reason)
}
