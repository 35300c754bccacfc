import { existsSync, mkdirSync, readdirSync, renameSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkOrder } from '../wire/order.ts'
import type { OrderState } from '../wire/report.ts'
import { appendLineDurably, readJsonLines, syncFolder } from './durable-file.ts'
import { EndedOrders } from './ended-orders.ts'
import { foldJournal, type JournalEntry, type OrderRecord } from './journal.ts'

const isJournal = (name: string) => name.endsWith('.jsonl') && name !== 'ended.jsonl'

/** The open orders as the disk has them, for who only looks: another process may be writing them. */
export function readOpenOrders(stateDir: string): OrderRecord[] {
  const folder = join(stateDir, 'orders')
  const names = existsSync(folder) ? readdirSync(folder).filter(isJournal) : []
  return names.flatMap((name) => {
    // Journals are written by `OrderBook` alone, whole lines only.
    const record = foldJournal(readJsonLines(join(folder, name)).lines as JournalEntry[])
    return record === null || record.end ? [] : [record]
  })
}

/**
 * The orders of this device: one append-only journal each in `orders/`, moved to `orders/ended/` at the end.
 * `observe` sees each entry after it is on the disk.
 */
export class OrderBook {
  readonly open = new Map<string, OrderRecord>()
  readonly #dir: string
  readonly #ended: EndedOrders
  readonly #observe: (orderId: string, entry: JournalEntry) => void

  constructor(stateDir: string, observe: (orderId: string, entry: JournalEntry) => void = () => undefined) {
    this.#dir = join(stateDir, 'orders')
    this.#observe = observe
    mkdirSync(join(this.#dir, 'ended'), { recursive: true, mode: 0o700 })
    this.#ended = new EndedOrders(this.#dir)
    for (const file of readdirSync(this.#dir)) {
      if (!isJournal(file)) continue
      const record = this.#load(join(this.#dir, file))
      if (!record) continue
      this.open.set(record.order.orderId, record)
      if (record.end) this.close(record)
    }
  }

  /** The journal of an order that ended here, null when it is gone. */
  readEnded(orderId: string): OrderRecord | null {
    const path = join(this.#dir, 'ended', `${orderId}.jsonl`)
    return existsSync(path) ? this.#load(path) : null
  }

  /** Why this order was here before and is over, in words; '' = it is new. */
  findReplay(order: WorkOrder): string {
    return this.#ended.findReplay(order)
  }

  /** Forgets ended orders that nobody can bring again. */
  prune(now: Date): void {
    this.#ended.prune(now)
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
    if (record.end) this.close(record)
  }

  /** Remembers an order that was never seen here but that another one ends. */
  bury(orderId: string, state: OrderState, at: string): void {
    if (this.#ended.get(orderId) || this.open.has(orderId)) return
    this.#ended.add({ orderId, seq: 0, verb: null, state, at, notAfter: null })
  }

  /** Puts an ended order into the ledger and its journal away. Safe to repeat. */
  close(record: OrderRecord): void {
    const { orderId, seq, verb, notAfter } = record.order
    if (!record.end || !this.open.has(orderId)) return
    const { state, at } = record.end
    if (!this.#ended.get(orderId)) this.#ended.add({ orderId, seq, verb, state, at, notAfter })
    renameSync(this.#pathOf(orderId), join(this.#dir, 'ended', `${orderId}.jsonl`))
    syncFolder(this.#dir)
    this.open.delete(orderId)
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
