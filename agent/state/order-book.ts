import { existsSync, mkdirSync, readdirSync, renameSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { isChangeVerb, type OrderVerb, type WorkOrder } from '../wire/order.ts'
import type { OrderState } from '../wire/report.ts'
import { appendLineDurably, readJsonLines, syncFolder } from './durable-file.ts'
import { foldJournal, type JournalEntry, type OrderRecord } from './journal.ts'

/** One line for each order that ended here; kept when its journal is long gone. */
interface EndedOrder {
  orderId: string
  seq: number
  verb: OrderVerb | null
  state: OrderState
  at: string
}

/**
 * The orders of this device: one append-only journal each in `orders/`, moved to `orders/ended/` at the end.
 * `observe` sees each entry after it is on the disk.
 */
export class OrderBook {
  readonly open = new Map<string, OrderRecord>()
  readonly #dir: string
  readonly #endedPath: string
  readonly #ended = new Map<string, EndedOrder>()
  readonly #observe: (orderId: string, entry: JournalEntry) => void

  constructor(stateDir: string, observe: (orderId: string, entry: JournalEntry) => void = () => undefined) {
    this.#dir = join(stateDir, 'orders')
    this.#endedPath = join(this.#dir, 'ended.jsonl')
    this.#observe = observe
    mkdirSync(join(this.#dir, 'ended'), { recursive: true, mode: 0o700 })
    const { lines, wholeBytes, isTorn } = readJsonLines(this.#endedPath)
    if (isTorn) truncateSync(this.#endedPath, wholeBytes)
    for (const line of lines) {
      // This file is written by `#end` alone.
      const ended = line as EndedOrder
      this.#ended.set(ended.orderId, ended)
    }
    for (const file of readdirSync(this.#dir)) {
      if (!file.endsWith('.jsonl') || file === 'ended.jsonl') continue
      const record = this.#load(join(this.#dir, file))
      if (!record) continue
      this.open.set(record.order.orderId, record)
      if (record.end) this.#end(record)
    }
  }

  /** State in which an order ended here, null when it did not. */
  endedAs(orderId: string): OrderState | null {
    return this.#ended.get(orderId)?.state ?? null
  }

  /** The journal of an order that ended here, null when it is gone. */
  readEnded(orderId: string): OrderRecord | null {
    const path = join(this.#dir, 'ended', `${orderId}.jsonl`)
    return existsSync(path) ? this.#load(path) : null
  }

  /**
   * Highest sequence number among the ended orders of the same kind: at or below it nothing is taken again. Changes and
   * the rest count apart, so that a scan that was quick does not outrun an install that still waits for its window.
   */
  floorFor(verb: OrderVerb): number {
    let floor = 0
    for (const ended of this.#ended.values())
      if (ended.verb !== null && isChangeVerb(ended.verb) === isChangeVerb(verb)) floor = Math.max(floor, ended.seq)
    return floor
  }

  /** Begins the journal of a verified order. */
  receive(order: WorkOrder, entry: Extract<JournalEntry, { kind: 'received' }>): OrderRecord {
    const path = this.#pathOf(order.orderId)
    appendLineDurably(path, entry, true)
    const record = foldJournal([entry])
    if (!record) throw new Error('a journal starts with its order')
    this.open.set(order.orderId, record)
    this.#observe(order.orderId, entry)
    return record
  }

  /** Writes one transition, on the disk before it returns, and keeps the record in step. */
  write(record: OrderRecord, entry: JournalEntry): void {
    appendLineDurably(this.#pathOf(record.order.orderId), entry, false)
    foldJournal([entry], record)
    this.#observe(record.order.orderId, entry)
    if (record.end) this.#end(record)
  }

  /** Remembers an order that was never seen here but that another one ends. */
  bury(orderId: string, state: OrderState, at: string): void {
    if (this.#ended.has(orderId) || this.open.has(orderId)) return
    this.#remember({ orderId, seq: 0, verb: null, state, at })
  }

  #end(record: OrderRecord): void {
    const { orderId, seq, verb } = record.order
    if (!record.end) return
    if (!this.#ended.has(orderId)) this.#remember({ orderId, seq, verb, state: record.end.state, at: record.end.at })
    renameSync(this.#pathOf(orderId), join(this.#dir, 'ended', `${orderId}.jsonl`))
    syncFolder(this.#dir)
    this.open.delete(orderId)
  }

  #remember(ended: EndedOrder): void {
    appendLineDurably(this.#endedPath, ended, !existsSync(this.#endedPath))
    this.#ended.set(ended.orderId, ended)
  }

  #pathOf(orderId: string): string {
    return join(this.#dir, `${orderId}.jsonl`)
  }

  #load(path: string): OrderRecord | null {
    const { lines, wholeBytes, isTorn } = readJsonLines(path)
    if (isTorn) truncateSync(path, wholeBytes)
    // Journals are written by this class alone, whole lines only.
    return foldJournal(lines as JournalEntry[])
  }
}
