import type { Device } from '../device.ts'
import type { OrderRecord, OrderResult } from '../state/journal.ts'
import type { OrderState } from '../wire/report.ts'
import { reportOrder } from './report-order.ts'

/** Reports the end of an order and closes its journal. The report comes first: a crash in between repeats it, never loses it. */
export function endOrder(
  device: Device,
  record: OrderRecord,
  state: OrderState,
  content: Partial<OrderResult> & { summary: string },
): void {
  if (record.end) return
  const result: OrderResult = {
    sets: content.sets ?? [],
    probes: content.probes ?? [],
    refusal: content.refusal ?? null,
    summary: content.summary,
  }
  reportOrder(device, record.order.orderId, state, result)
  device.book.write(record, { kind: 'ended', at: device.now().toISOString(), state, result })
}
