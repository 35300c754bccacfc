import { statfs } from 'node:fs/promises'
import type { Device } from '../device.ts'
import { log, messageOf } from '../log.ts'
import type { OrderRecord } from '../state/journal.ts'
import { wait } from '../wait.ts'
import type { PermitAnswer } from '../wire/door.ts'
import { endOrder } from './end-order.ts'
import { reportOrder } from './report-order.ts'
import { clockLookMs } from './wait-for-date.ts'

const spaceRetryMs = 60_000
const maxRetryMs = 5 * 60_000
/** The door hands an install out only while it may start: that counts as a permit for as long as a permit holds. */
const offlineStartWithinMs = 10 * 60_000
/** Asks in a row without any answer before an order that may starts offline. */
const offlineAfterFailures = 3

/**
 * Waits until the order may start: its time, room on the disk, the door's permit. Says false when it ended before
 * (expired, overtaken) or `signal` came. A permit is journalled before this returns, and so is the first refusal of one.
 */
export async function awaitStart(device: Device, record: OrderRecord, signal: AbortSignal): Promise<boolean> {
  const { order } = record
  let told = ''
  const tell = (summary: string) => {
    if (summary !== told) reportOrder(device, order.orderId, 'waiting', { summary })
    told = summary
  }
  let failures = 0
  for (;;) {
    if (signal.aborted || record.end) return false
    const nowMs = device.now().getTime()
    if (nowMs >= Date.parse(order.notAfter)) {
      endOrder(device, record, 'expired', { summary: 'The last date for starting went by.' })
      return false
    }
    const leftMs = Date.parse(order.notAfter) - nowMs
    const earlyMs = Date.parse(order.notBefore) - nowMs
    if (earlyMs > 0) {
      await wait(Math.min(earlyMs, leftMs, clockLookMs), signal)
      continue
    }
    if (order.verb === 'install') {
      const free = await freeBytes(device)
      if (free < order.preconditions.minFreeBytes) {
        tell(`Waits for room on the disk: ${order.preconditions.minFreeBytes} bytes are needed.`)
        await wait(Math.min(spaceRetryMs, leftMs), signal)
        continue
      }
    }
    let answer: PermitAnswer
    try {
      answer = await device.askPermit(order.orderId)
    } catch (error) {
      if (signal.aborted || record.end) return false
      failures += 1
      const offlineMs = findOfflineLeftMs(device, record)
      if (failures >= offlineAfterFailures && offlineMs > 0) {
        permit(device, record, true, offlineMs)
        return true
      }
      log('warn', 'the door gave no answer about a permit', { orderId: order.orderId, reason: messageOf(error) })
      await wait(Math.min(1_000 * 2 ** failures, maxRetryMs, leftMs) * (0.75 + Math.random() / 2), signal)
      continue
    }
    if (signal.aborted || record.end) return false
    failures = 0
    if (answer.permit) {
      // How long it holds is counted from its arrival: the door's clock is not ours.
      permit(device, record, false, Date.parse(answer.validUntil) - Date.parse(answer.serverTime))
      return true
    }
    if (answer.denial === 'superseded' || answer.denial === 'expired') {
      endOrder(device, record, 'overtaken', { summary: `The door gives no permit any more: ${answer.message}` })
      return false
    }
    // On the disk: after a restart, too, only the door itself lifts what it refused.
    if (record.denial !== answer.denial)
      device.book.write(record, { kind: 'denied', at: device.now().toISOString(), denial: answer.denial })
    tell(`Waits for the permit (${answer.denial}): ${answer.message}`)
    await wait(Math.min(Math.max(answer.retryAfterMs, 200), maxRetryMs, leftMs), signal)
  }
}

/** How long this order may still start without the door, in milliseconds; 0 or less: not at all. */
function findOfflineLeftMs(device: Device, { order, denial, receivedAt }: OrderRecord): number {
  if (order.verb !== 'install' || !order.mayStartOffline || denial !== null) return 0
  const nowMs = device.now().getTime()
  const sinceMs = nowMs - Date.parse(receivedAt)
  // A clock that was set back must not make the time longer.
  if (sinceMs < 0) return 0
  return Math.min(offlineStartWithinMs - sinceMs, Date.parse(order.notAfter) - nowMs)
}

function permit(device: Device, record: OrderRecord, isOffline: boolean, validMs: number): void {
  const now = device.now()
  const startBy = new Date(now.getTime() + validMs).toISOString()
  device.book.write(record, { kind: 'permitted', at: now.toISOString(), isOffline, startBy })
  runsOutAtMs.set(record, performance.now() + validMs)
  const summary = isOffline ? 'Starts without a permit, as the order allows offline.' : 'The door gave the permit.'
  reportOrder(device, record.order.orderId, 'permitted', { summary })
}

/** When the permits of this life run out, by a clock that nobody can set. */
const runsOutAtMs = new WeakMap<OrderRecord, number>()

/** True while a permit that was given still allows the first change. A clock that was set back makes none longer, nor after a restart. */
export function isPermitFresh(device: Device, record: OrderRecord): boolean {
  if (record.permit === null || performance.now() >= (runsOutAtMs.get(record) ?? Number.POSITIVE_INFINITY)) return false
  const nowMs = device.now().getTime()
  const { givenAt, startBy } = record.permit
  return nowMs >= Date.parse(givenAt) && nowMs < Math.min(Date.parse(startBy), Date.parse(record.order.notAfter))
}

async function freeBytes(device: Device): Promise<number> {
  const { bavail, bsize } = await statfs(device.config.aptRoot || '/')
  return bavail * bsize
}
