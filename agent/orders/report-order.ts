import { randomUUID } from 'node:crypto'
import type { Device } from '../device.ts'
import { findReboot } from '../facts/find-reboot.ts'
import { log } from '../log.ts'
import type { OrderResult } from '../state/journal.ts'
import type { OrderState, SetReport } from '../wire/report.ts'
import { cleanLine, cleanTail } from './clean-text.ts'

/** All raw output of one report together: the door takes bodies of limited size. */
const maxOutput = 64_000

/** Puts a report about an order into the outbox, on the disk before this returns. */
export function reportOrder(
  device: Device,
  orderId: string,
  state: OrderState,
  content: Partial<OrderResult> & { summary: string },
): void {
  const sets = content.sets ?? []
  device.outbox.add({
    reportId: randomUUID(),
    deviceId: device.config.deviceId,
    orderId,
    state,
    at: device.now().toISOString(),
    sets: sets.map((set) => trimSet(set, Math.floor(maxOutput / sets.length))),
    probes: (content.probes ?? []).slice(-500),
    isRebootPending: findReboot(device.config.aptRoot).length > 0,
    refusal: content.refusal ? { code: content.refusal.code, detail: cleanLine(content.refusal.detail, 500) } : null,
    summary: cleanLine(content.summary + device.clockNote(), 500),
  })
  log('info', content.summary, { orderId, state })
  device.onReport()
}

function trimSet(set: SetReport, share: number): SetReport {
  return { ...set, output: cleanTail(set.output, Math.min(8_000, share)), reason: cleanTail(set.reason, 1_000) }
}
