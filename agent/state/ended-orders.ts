import { existsSync, readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { log, messageOf } from '../log.ts'
import { isChangeVerb, type OrderVerb, type WorkOrder } from '../wire/order.ts'
import type { OrderState } from '../wire/report.ts'
import { appendLineDurably, readJsonLines, readOwnText, writeFileDurably } from './durable-file.ts'
import { foldJournal, type JournalEntry } from './journal.ts'

/** One line for each order that ended here; kept when its journal is long gone. */
export interface EndedOrder {
  orderId: string
  seq: number
  verb: OrderVerb | null
  state: OrderState
  at: string
  /** Null where it is not known: kept for good. */
  notAfter: string | null
}

/** What is refused although its id is not in the ledger any more. */
interface Floor {
  /** Latest last date among the orders that were pruned: up to it nothing starts, whatever this device's clock says. */
  lastDate: string | null
  /** Highest number seen when a ledger was found lost or damaged, changes and the rest apart; else 0. */
  seqs: { change: number; rest: number }
}

/** An order stays in the ledger this long after its last date: nobody can start it by then, however wrong a clock was. */
const keptAfterMs = 30 * 86_400_000

/**
 * The ledger of the orders that ended here: what may not come again. Judged by id, since orders do not arrive in the order
 * of their numbers: an install may wait for Thursday while a rollback with a higher number ends on Tuesday.
 */
export class EndedOrders {
  readonly #path: string
  readonly #floorPath: string
  #ended = new Map<string, EndedOrder>()
  #floor: Floor

  /** `dir` holds the ledger, its floor, and in `ended/` the journals that a lost ledger is made from again. */
  constructor(dir: string) {
    this.#path = join(dir, 'ended.jsonl')
    this.#floorPath = join(dir, 'floor.json')
    this.#floor = readFloor(this.#floorPath)
    const journals = readdirSync(join(dir, 'ended')).map((name) => join(dir, 'ended', name))
    const isLost = !existsSync(this.#path) && journals.length > 0
    const isWhole = !isLost && this.#load()
    if (!isWhole) this.#rebuild(journals)
  }

  get(orderId: string): EndedOrder | null {
    return this.#ended.get(orderId) ?? null
  }

  add(ended: EndedOrder): void {
    appendLineDurably(this.#path, ended, !existsSync(this.#path))
    this.#ended.set(ended.orderId, ended)
  }

  /** Why this order was here before, in words; '' = it is new. */
  findReplay(order: Pick<WorkOrder, 'orderId' | 'seq' | 'verb' | 'notAfter'>): string {
    const ended = this.#ended.get(order.orderId)
    if (ended) return `this order ended here before, as ${ended.state}`
    const { lastDate, seqs } = this.#floor
    if (lastDate !== null && Date.parse(order.notAfter) <= Date.parse(lastDate))
      return `its last date is ${order.notAfter}, orders up to ${lastDate} are over`
    const seq = isChangeVerb(order.verb) ? seqs.change : seqs.rest
    return order.seq <= seq ? `its number is ${order.seq}, orders up to ${seq} are over` : ''
  }

  /** Forgets orders whose last date is long past. The floor is on the disk before they are gone. */
  prune(now: Date): void {
    const overMs = now.getTime() - keptAfterMs
    const isOver = ({ notAfter }: EndedOrder) => notAfter !== null && Date.parse(notAfter) < overMs
    const over = [...this.#ended.values()].filter(isOver)
    if (over.length === 0) return
    const dates = over.map(({ notAfter }) => Date.parse(notAfter ?? ''))
    const lastMs = Math.max(...dates, Date.parse(this.#floor.lastDate ?? '') || 0)
    this.#saveFloor({ ...this.#floor, lastDate: new Date(lastMs).toISOString() })
    for (const { orderId } of over) this.#ended.delete(orderId)
    this.#save()
  }

  /** Says false when a line cannot be read: then the ledger is not to be trusted as a whole. */
  #load(): boolean {
    try {
      const { lines, wholeBytes, isTorn } = readJsonLines(this.#path)
      if (isTorn) truncateSync(this.#path, wholeBytes)
      for (const line of lines) {
        // This file is written by this class alone; lines of the first agents have no last date.
        const ended = line as Omit<EndedOrder, 'notAfter'> & Partial<EndedOrder>
        this.#ended.set(ended.orderId, { ...ended, notAfter: ended.notAfter ?? null })
      }
      return true
    } catch (error) {
      log('error', 'the ledger of ended orders is damaged', { reason: messageOf(error) })
      return false
    }
  }

  /** From the journals that are left. Others may be missing, so numbers up to the highest of them count as over. */
  #rebuild(journals: readonly string[]): void {
    const seqs = { ...this.#floor.seqs }
    for (const path of journals) {
      const ended = readEndedJournal(path)
      if (!ended) continue
      this.#ended.set(ended.orderId, ended)
    }
    for (const { seq, verb } of this.#ended.values()) {
      if (verb === null) continue
      const kind = isChangeVerb(verb) ? 'change' : 'rest'
      seqs[kind] = Math.max(seqs[kind], seq)
    }
    this.#saveFloor({ ...this.#floor, seqs })
    this.#save()
  }

  #save(): void {
    writeFileDurably(this.#path, [...this.#ended.values()].map((ended) => `${JSON.stringify(ended)}\n`).join(''))
  }

  #saveFloor(floor: Floor): void {
    writeFileDurably(this.#floorPath, `${JSON.stringify(floor)}\n`)
    this.#floor = floor
  }
}

function readFloor(path: string): Floor {
  const text = readOwnText(path)
  // Written by `EndedOrders` alone, in one piece.
  return text === null ? { lastDate: null, seqs: { change: 0, rest: 0 } } : (JSON.parse(text) as Floor)
}

function readEndedJournal(path: string): EndedOrder | null {
  try {
    // Journals are written by `OrderBook` alone.
    const record = foldJournal(readJsonLines(path).lines as JournalEntry[])
    if (!record) return null
    const { orderId, seq, verb, notAfter } = record.order
    return { orderId, seq, verb, notAfter, state: record.end?.state ?? 'done', at: record.end?.at ?? '' }
  } catch {
    return null
  }
}
