import { createHash } from 'node:crypto'
import type { Device } from '../device.ts'
import { runHealthPlan } from '../health/run-health-plan.ts'
import { Mutex } from '../mutex.ts'
import type { OrderRecord } from '../state/journal.ts'
import type {
  CancelOrder,
  HealthcheckOrder,
  InstallOrder,
  RefusalCode,
  RollbackOrder,
  ScanOrder,
  StageOrder,
  WorkOrder,
} from '../wire/order.ts'
import { acceptChange } from './accept-change.ts'
import { awaitStart, isPermitFresh } from './await-start.ts'
import { endOrder } from './end-order.ts'
import { giveUpOrder, maxAttempts } from './give-up-order.ts'
import { keepTrying, orderRetryRule, type RetryRule } from './keep-trying.ts'
import { reportOrder } from './report-order.ts'
import { runInstall } from './run-install.ts'
import { runRollback } from './run-rollback.ts'
import { runStage } from './run-stage.ts'
import { verifyEnvelope } from './verify-envelope.ts'
import { waitForDate } from './wait-for-date.ts'
import { watchOrder } from './watch-order.ts'

/**
 * Takes orders in and carries them out: changes one at a time, the rest (stage, scan, health check) beside them, watches
 * beside both. `resume` picks up what an earlier life left open.
 */
export class OrderDesk {
  readonly #device: Device
  readonly #signal: AbortSignal
  readonly #retryRule: RetryRule
  readonly #rest = new Mutex()
  /** One for each order that is at work: wakes it where it waits, since another one ended it. */
  readonly #wakers = new Map<string, AbortController>()
  /** Changes that have their turn: what has begun is finished, never cut. */
  readonly #begun = new Set<string>()
  readonly #refused = new Set<string>()
  readonly #work = new Set<Promise<void>>()

  constructor(device: Device, signal: AbortSignal, retryRule = orderRetryRule) {
    this.#device = device
    this.#signal = signal
    this.#retryRule = retryRule
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
      if (!record.end) this.#start(record)
    }
  }

  /** Takes in what a poll brought. Answers how many envelopes were new. Throws when the disk is full; what was taken in by then goes on. */
  async receive(envelopes: readonly unknown[]): Promise<number> {
    let fresh = 0
    const records: OrderRecord[] = []
    try {
      for (const envelope of envelopes) {
        const hash = hashOf(envelope)
        if (this.#refused.has(hash)) continue
        const checked = await verifyEnvelope(this.#device, envelope)
        if (!checked.isTrusted) {
          fresh += 1
          reportRefusal(this.#device, checked.orderId, checked.code, checked.detail)
          if (this.#refused.size > 1_000) this.#refused.clear()
          this.#refused.add(hash)
          continue
        }
        const { order } = checked
        const open = this.#device.book.open.get(order.orderId)
        if (open) {
          this.answerAgain(open)
          continue
        }
        fresh += 1
        const at = this.#device.now().toISOString()
        records.push(this.#device.book.receive(order, { kind: 'received', at, envelope: checked.envelope, order }))
      }
    } finally {
      records.sort((one, other) => one.order.seq - other.order.seq)
      for (const record of records) this.#start(record)
    }
    return fresh
  }

  /** Waits until nothing is at work any more (after the signal). */
  async settle(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled([...this.#work])
  }

  /** A word each time, also before it is accepted: who never answers cannot read it, and the door ends the order for that. */
  answerAgain(record: OrderRecord): void {
    const { order, watchEndsAt, permit, isAccepted } = record
    const accepted = watchEndsAt !== null ? 'proved' : permit !== null ? 'permitted' : 'accepted'
    const state = isAccepted ? accepted : 'waiting'
    const sets = [...record.sets.values()]
    const where = isAccepted ? state : 'its packages are fetched and checked first'
    reportOrder(this.#device, order.orderId, state, { sets, summary: `This order is here already: ${where}.` })
    this.#start(record)
  }

  /** What this order names ends at once, unless it has begun to change the machine: pulling that half through is what breaks machines. */
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
      if (this.#begun.has(orderId) || record.baseline !== null) continue
      const summary = order.verb === 'cancel' ? 'Cancelled before it started.' : 'A newer order took its place.'
      endOrder(this.#device, record, state, { summary })
      this.#wakers.get(orderId)?.abort()
    }
  }

  #start(record: OrderRecord): void {
    const { orderId } = record.order
    if (this.#wakers.has(orderId)) return
    const waker = new AbortController()
    if (this.#signal.aborted) waker.abort()
    this.#wakers.set(orderId, waker)
    const work = keepTrying(
      this.#retryRule,
      this.#signal,
      (lastReason) => this.#carryOut(record, waker.signal, lastReason),
      // What may have begun only ever goes on through its journal, which counts those tries itself.
      (lastReason) =>
        isHalfway(record)
          ? this.#carryOut(record, waker.signal, lastReason)
          : giveUpOrder(this.#device, record, lastReason),
      // A watch lasts for days: looks that fail once in a while do not add up.
      (tookMs) => record.watchEndsAt !== null && tookMs > this.#retryRule.maxMs,
    ).finally(() => {
      this.#wakers.delete(orderId)
      this.#work.delete(work)
    })
    this.#work.add(work)
  }

  /** Goes on from where the journal says it is. `lastReason`: why the try before ended, '' for the first. */
  async #carryOut(record: OrderRecord, signal: AbortSignal, lastReason: string): Promise<void> {
    const { order } = record
    if (record.end) return this.#device.book.close(record)
    if (!record.isAccepted) this.#endSuperseded(order)
    switch (order.verb) {
      case 'stage':
      case 'scan':
      case 'healthcheck':
        return this.#doRest(record, order, signal)
      case 'cancel':
        return this.#finishCancel(record, order)
      case 'install':
      case 'rollback':
        if (record.watchEndsAt === null) await this.#change(record, order, signal, lastReason)
        else if (record.running && !this.#mayResume(record)) return giveUpOrder(this.#device, record, lastReason)
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
    await waitForDate(device, order.notBefore, signal)
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

  /** The permit is asked for before the turn is taken: who waits for one holds up nobody else, least of all a rollback. */
  async #change(
    record: OrderRecord,
    order: InstallOrder | RollbackOrder,
    signal: AbortSignal,
    lastReason: string,
  ): Promise<void> {
    const device = this.#device
    if (!record.isAccepted && !(await acceptChange(device, record, order))) return
    let isResumed = record.baseline !== null || isPermitFresh(device, record)
    for (let isOver = false; !isOver; isResumed = false) {
      if (!isResumed && !(await awaitStart(device, record, signal))) return
      isOver = await device.packages.run(() => this.#takeTurn(record, order, signal, isResumed, lastReason))
    }
    // Not waited for: the watch begins at once, however long the look takes.
    if (record.baseline !== null) void device.scan()
  }

  /** Says false when the permit ran out while others had their turn: it has to be asked for again. */
  async #takeTurn(
    record: OrderRecord,
    order: InstallOrder | RollbackOrder,
    signal: AbortSignal,
    isResumed: boolean,
    lastReason: string,
  ): Promise<boolean> {
    const device = this.#device
    if (signal.aborted || record.end) return true
    if (record.baseline === null && !isPermitFresh(device, record)) return false
    this.#begun.add(order.orderId)
    try {
      if (isResumed && !this.#mayResume(record)) await giveUpOrder(device, record, lastReason)
      else if (order.verb === 'install') await runInstall(device, record, order, signal)
      else await runRollback(device, record, order)
    } finally {
      this.#begun.delete(order.orderId)
    }
    return true
  }

  /** Counts one more try at the same step; says false when it was tried often enough. */
  #mayResume(record: OrderRecord): boolean {
    const attempt = record.attempts + 1
    if (attempt > maxAttempts) return false
    this.#device.book.write(record, { kind: 'resumed', at: this.#device.now().toISOString(), attempt })
    return true
  }
}

/** By what an envelope that was refused is known again; what is too deep to be written down is one and the same. */
function hashOf(envelope: unknown): string {
  let text: string
  try {
    text = JSON.stringify(envelope) ?? ''
  } catch {
    text = 'too deep'
  }
  return createHash('sha256').update(text).digest('hex')
}

/** True when packages may have been changed and nobody has judged that yet. */
function isHalfway({ baseline, watchEndsAt, running }: OrderRecord): boolean {
  return running !== null || (baseline !== null && watchEndsAt === null)
}

function reportRefusal(device: Device, orderId: string, code: RefusalCode, detail: string): void {
  // Both are judged after the signatures: the id is that of an order of ours.
  const stored = code === 'replayed' || code === 'expired' ? device.book.readEnded(orderId)?.end : null
  reportOrder(device, orderId, 'refused', {
    // The same order again gets the stored result with its refusal.
    ...(stored ? { sets: stored.result.sets } : {}),
    refusal: { code, detail },
    summary: `Refused (${code}): ${detail}`,
  })
}
