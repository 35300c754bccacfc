import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ScanOrder } from '../wire/order.ts'
import { EndedOrders } from './ended-orders.ts'
import { OrderBook } from './order-book.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-ended-'))
  mkdirSync(join(folder, 'ended'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const idOf = (seq: number) => `0190a000-0000-7000-8000-${String(seq).padStart(12, '0')}`
const tuesday = '2026-11-24T10:00:00.000Z'
const thursday = '2026-11-26T10:00:00.000Z'
const order = (seq: number, notAfter: string, verb: 'install' | 'rollback' = 'install') => {
  return { orderId: idOf(seq), seq, verb, notAfter }
}
const end = (ledger: EndedOrders, seq: number, notAfter: string, verb: 'install' | 'rollback' = 'install') =>
  ledger.add({ ...order(seq, notAfter, verb), state: 'rolled-back', at: tuesday })

describe('what may not come again', () => {
  test('is judged by id: a rollback that ended on Tuesday does not end the install before it that waits for Thursday', () => {
    end(new EndedOrders(folder), 11, tuesday, 'rollback')
    const ledger = new EndedOrders(folder)
    expect(ledger.findReplay(order(10, thursday))).toBe('')
    expect(ledger.findReplay(order(11, tuesday, 'rollback'))).toBe('this order ended here before, as rolled-back')
  })

  test('is known by its last date once its id is forgotten, whatever the clock says by then', () => {
    const ledger = new EndedOrders(folder)
    end(ledger, 11, tuesday)
    end(ledger, 12, '2027-01-20T10:00:00.000Z')
    ledger.prune(new Date('2026-12-23T00:00:00.000Z'))
    expect(ledger.findReplay(order(11, tuesday))).toContain('ended here before')
    ledger.prune(new Date('2026-12-25T00:00:00.000Z'))
    expect(readFileSync(join(folder, 'ended.jsonl'), 'utf8').split('\n')).toHaveLength(2)
    const later = new EndedOrders(folder)
    expect(later.findReplay(order(11, tuesday))).toBe(`its last date is ${tuesday}, orders up to ${tuesday} are over`)
    expect(later.findReplay(order(12, '2027-01-20T10:00:00.000Z'))).toContain('ended here before')
    // A lower number with a later last date was never pruned: it may still come.
    expect(later.findReplay(order(10, thursday))).toBe('')
  })

  test('is made from the journals again when the ledger is damaged or gone, and lower numbers count as over', () => {
    const state = join(folder, 'state')
    mkdirSync(state)
    const scan: ScanOrder = {
      v: 1,
      verb: 'scan',
      orderId: idOf(7),
      mspId: idOf(1),
      deviceId: idOf(2),
      seq: 7,
      issuedAt: tuesday,
      notBefore: tuesday,
      notAfter: thursday,
      supersedes: [],
    }
    const envelope = { payloadType: '', payload: '', signatures: [] }
    const book = new OrderBook(state)
    const record = book.receive(scan, { kind: 'received', at: tuesday, envelope, order: scan })
    const result = { sets: [], probes: [], refusal: null, summary: '' }
    book.write(record, { kind: 'ended', at: tuesday, state: 'done', result })
    const ledgerFile = join(state, 'orders', 'ended.jsonl')
    const harms = [() => rmSync(ledgerFile), () => appendFileSync(ledgerFile, 'not a line\n')]
    for (const harm of harms) {
      harm()
      for (const life of [1, 2]) {
        const again = new OrderBook(state)
        expect(again.findReplay(scan), `life ${life}`).toBe('this order ended here before, as done')
        expect(again.findReplay({ ...scan, orderId: idOf(6), seq: 6 })).toContain('orders up to 7 are over')
        expect(again.findReplay({ ...scan, orderId: idOf(8), seq: 8 })).toBe('')
      }
    }
  })
})
