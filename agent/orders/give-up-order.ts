import type { Device } from '../device.ts'
import type { OrderRecord } from '../state/journal.ts'
import type { SetReport } from '../wire/report.ts'
import { endOrder } from './end-order.ts'
import { readVersions } from './read-versions.ts'

/** Resumes at the same step before an order is given up: what crashes the agent three times needs a person. */
export const maxAttempts = 3

/** Ends an order that never gets on, with what dpkg says now. */
export async function giveUpOrder(device: Device, record: OrderRecord): Promise<void> {
  const { order } = record
  if (order.verb !== 'install' && order.verb !== 'rollback') return
  const reason = 'The agent was stopped three times at this step; a person has to look.'
  const sets: SetReport[] = []
  for (const set of order.sets) {
    const ended = record.sets.get(set.key)
    if (ended) {
      sets.push(ended)
      continue
    }
    const isRunning = record.running?.key === set.key
    const names = set.undo.map(({ name }) => name)
    const { versions } = await readVersions(device, names, isRunning ? record.running?.before : [])
    sets.push({
      key: set.key,
      outcome: isRunning ? 'rollback-failed' : 'not-started',
      versions,
      exitCode: null,
      output: '',
      reason,
      undoClass: 'none',
    })
  }
  endOrder(device, record, 'rollback-failed', { sets, summary: reason })
}
