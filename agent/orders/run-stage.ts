import type { Device } from '../device.ts'
import type { Mutex } from '../mutex.ts'
import type { OrderRecord } from '../state/journal.ts'
import { wait } from '../wait.ts'
import type { StageOrder } from '../wire/order.ts'
import { endOrder } from './end-order.ts'
import { reportOrder } from './report-order.ts'
import { stageSets } from './stage-sets.ts'

const firstRetryMs = 2_000
const maxRetryMs = 5 * 60_000

/**
 * Fetches what the order names and keeps what is there. Tries again while an archive cannot be reached, until the last
 * date; between its tries others have their turn.
 */
export async function runStage(
  device: Device,
  record: OrderRecord,
  order: StageOrder,
  turn: Mutex,
  signal: AbortSignal,
): Promise<void> {
  reportOrder(device, order.orderId, 'staging', { summary: 'Fetches the packages.' })
  for (let retryMs = firstRetryMs; ; retryMs = Math.min(retryMs * 2, maxRetryMs)) {
    const { sets, isUnreachable } = await turn.run(() => stageSets(device, order.sets))
    if (signal.aborted || record.end) return
    const leftMs = Date.parse(order.notAfter) - device.now().getTime()
    if (isUnreachable && leftMs > 0) {
      await wait(Math.min(retryMs, leftMs), signal)
      if (signal.aborted || record.end) return
      continue
    }
    const staged = sets.filter(({ outcome }) => outcome === 'staged').length
    const summary = `${staged} of ${sets.length} update sets are in the store.`
    endOrder(device, record, staged > 0 ? 'staged' : isUnreachable ? 'expired' : 'vanished', { sets, summary })
    return
  }
}
