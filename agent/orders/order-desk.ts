import { createHash } from 'node:crypto'
import type { Device } from '../device.ts'
import { runHealthPlan } from '../health/run-health-plan.ts'
import { log, messageOf } from '../log.ts'
import { Mutex } from '../mutex.ts'
import type { OrderRecord } from '../state/journal.ts'
import { wait } from '../wait.ts'
import type { CancelOrder, HealthcheckOrder, RefusalCode, ScanOrder, StageOrder, WorkOrder } from '../wire/order.ts'
import { acceptChange } from './accept-change.ts'
import { awaitStart, isPermitFresh } from './await-start.ts'
import { endOrder } from './end-order.ts'
import { giveUpOrder, maxAttempts } from './give-up-order.ts'
import { reportOrder } from './report-order.ts'
import { runInstall } from './run-install.ts'
import { runRollback } from './run-rollback.ts'
import { runStage } from './run-stage.ts'
import { verifyEnvelope } from './verify-envelope.ts'
import { watchOrder } from './watch-order.ts'

/**
 * Takes orders in and carries them out: changes one at a time, the rest (stage, scan, health check) beside them, watches
 * beside both. `resume` picks up what an earlier life left open.
 */
export class OrderDesk {
  readonly #device: Device
  readonly #signal: AbortSignal
  readonly #changes = new Mutex()
  readonly #rest = new Mutex()
  /** Wakes an order that waits: it was ended by another one. */
  readonly #wakers = new Map<string, AbortController>()
  readonly #refused = new Set<string>()
  readonly #work = new Set<Promise<void>>()

  constructor(device: Device, signal: AbortSignal) {
    this.#device = device
    this.#signal = signal
    signal.addEventListener('abort', () => {
      for (const waker of this.#wakers.values()) waker.abort()
    })
  }

  /** The change order this device still holds open, null when there is none. */
  get openOrderId(): string | null {
    const open = [...this.#device.book.open.values()].filter(
      ({ order, watchEndsAt }) => (order.verb === 'install' || order.verb === 'rollback') && watchEndsAt === null,
    )
    return open.sort((one, other) => one.order.seq - other.order.seq)[0]?.order.orderId ?? null
  }

  /** Goes on with every open order, in the order of their numbers. */
  resume(): void {
    const records = [...this.#device.book.open.values()].sort((one, other) => one.order.seq - other.order.seq)
    for (const record of records) {
      if (record.end) continue
      if (!record.isAccepted) this.#endSuperseded(record.order)
      this.#start(record)
    }
  }

  /** Takes in what a poll brought. Answers how many envelopes were new. */
  async receive(envelopes: readonly unknown[]): Promise<number> {
    let fresh = 0
    const orders: { order: WorkOrder; record: OrderRecord }[] = []
    for (const envelope of envelopes) {
      const hash = createHash('sha256')
        .update(JSON.stringify(envelope) ?? '')
        .digest('hex')
      if (this.#refused.has(hash)) continue
      const checked = await verifyEnvelope(this.#device, envelope)
      if (!checked.isTrusted) {
        fresh += 1
        if (this.#refused.size > 1_000) this.#refused.clear()
        this.#refused.add(hash)
        reportRefusal(this.#device, checked.orderId, checked.code, checked.detail)
        continue
      }
      const { order } = checked
      const open = this.#device.book.open.get(order.orderId)
      if (open) {
        this.#answerAgain(open)
        continue
      }
      fresh += 1
      const at = this.#device.now().toISOString()
      const record = this.#device.book.receive(order, { kind: 'received', at, envelope: checked.envelope, order })
      orders.push({ order, record })
    }
    orders.sort((one, other) => one.order.seq - other.order.seq)
    for (const { order, record } of orders) {
      this.#endSuperseded(order)
      this.#start(record)
    }
    return fresh
  }

  /** Waits until nothing is at work any more (after the signal). */
  async settle(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled([...this.#work])
  }

  #answerAgain(record: OrderRecord): void {
    const { order, watchEndsAt, permit, isAccepted } = record
    if (!isAccepted) return
    const state = watchEndsAt !== null ? 'proved' : permit !== null ? 'permitted' : 'accepted'
    const sets = [...record.sets.values()]
    reportOrder(this.#device, order.orderId, state, { sets, summary: `This order is here already: ${state}.` })
  }

  #endSuperseded(order: WorkOrder): void {
    const named = [...order.supersedes]
    if (order.verb === 'rollback' && order.installOrderId) named.push(order.installOrderId)
    const state = order.verb === 'cancel' ? 'cancelled' : 'overtaken'
    for (const orderId of named) {
      const record = this.#device.book.open.get(orderId)
      if (!record) {
        this.#device.book.bury(orderId, state, this.#device.now().toISOString())
        continue
      }
      const isChange = record.order.verb === 'install' || record.order.verb === 'rollback'
      // What has begun is finished, never cut: pulling it half through is what breaks machines.
      if (isChange && (record.permit !== null || record.watchEndsAt !== null)) continue
      const summary = order.verb === 'cancel' ? 'Cancelled before it started.' : 'A newer order took its place.'
      endOrder(this.#device, record, state, { summary })
      this.#wakers.get(orderId)?.abort()
    }
  }

  #start(record: OrderRecord): void {
    const { orderId } = record.order
    const waker = new AbortController()
    if (this.#signal.aborted) waker.abort()
    this.#wakers.set(orderId, waker)
    const work = this.#carryOut(record, waker.signal)
      .catch((error: unknown) => {
        log('error', 'an order could not be carried out', { orderId, reason: messageOf(error) })
      })
      .finally(() => {
        this.#wakers.delete(orderId)
        this.#work.delete(work)
      })
    this.#work.add(work)
  }

  async #carryOut(record: OrderRecord, signal: AbortSignal): Promise<void> {
    const { order } = record
    switch (order.verb) {
      case 'stage':
      case 'scan':
      case 'healthcheck':
        return this.#doRest(record, order, signal)
      case 'cancel':
        return this.#finishCancel(record, order)
      case 'install':
      case 'rollback':
        await this.#change(record, signal)
        if (order.verb === 'install' && record.watchEndsAt !== null && !record.end)
          await watchOrder(this.#device, record, order, signal)
    }
  }

  async #doRest(
    record: OrderRecord,
    order: StageOrder | ScanOrder | HealthcheckOrder,
    signal: AbortSignal,
  ): Promise<void> {
    const device = this.#device
    await wait(Date.parse(order.notBefore) - device.now().getTime(), signal)
    if (signal.aborted || record.end) return
    if (!record.isAccepted) {
      if (device.now().getTime() >= Date.parse(order.notAfter)) {
        endOrder(device, record, 'expired', { summary: 'The last date for starting went by.' })
        return
      }
      device.book.write(record, { kind: 'accepted', at: device.now().toISOString() })
      reportOrder(device, order.orderId, 'accepted', { summary: `Accepted: ${order.verb}.` })
    }
    if (order.verb === 'stage') return runStage(device, record, order, this.#rest, signal)
    if (order.verb === 'scan') {
      await device.scan()
      endOrder(device, record, 'done', { summary: 'Looked at the device again.' })
      return
    }
    const look = () => runHealthPlan(device.config.aptRoot, order.healthPlan, 'watch', device.now)
    const probes = await this.#rest.run(look)
    const failed = probes.filter(({ isPassed }) => !isPassed).length
    const summary = failed === 0 ? 'All probes passed.' : `${failed} of ${probes.length} probes failed.`
    endOrder(device, record, 'done', { probes, summary })
  }

  #finishCancel(record: OrderRecord, order: CancelOrder): void {
    const late = order.supersedes.filter((orderId) => this.#device.book.open.has(orderId))
    const summary = late.length === 0 ? 'Cancelled.' : 'Too late: what has begun is finished.'
    endOrder(this.#device, record, 'done', { summary })
  }

  async #change(record: OrderRecord, signal: AbortSignal): Promise<void> {
    const device = this.#device
    const { order } = record
    if (order.verb !== 'install' && order.verb !== 'rollback') return
    if (!record.isAccepted && !(await acceptChange(device, record, order))) return
    if (record.watchEndsAt !== null) return
    await this.#changes.run(async () => {
      if (signal.aborted || record.end) return
      const isBegun = record.baseline !== null
      if (isBegun || isPermitFresh(device, record)) {
        const attempt = record.attempts + 1
        if (attempt > maxAttempts) return giveUpOrder(device, record)
        device.book.write(record, { kind: 'resumed', at: device.now().toISOString(), attempt })
      } else if (!(await awaitStart(device, record, signal))) return
      await device.packages.run(() =>
        order.verb === 'install' ? runInstall(device, record, order) : runRollback(device, record, order),
      )
    })
    // Not waited for: the watch begins at once, however long the look takes.
    if (record.baseline !== null) void device.scan()
  }
}

function reportRefusal(device: Device, orderId: string, code: RefusalCode, detail: string): void {
  const stored = code === 'replayed' ? device.book.readEnded(orderId)?.end : null
  reportOrder(device, orderId, 'refused', {
    // The same order again gets the stored result with its refusal.
    ...(stored ? { sets: stored.result.sets } : {}),
    refusal: { code, detail },
    summary: `Refused (${code}): ${detail}`,
  })
}
