import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ScanOrder } from '../wire/order.ts'
import { OrderBook } from './order-book.ts'
import { openRequestCounter } from './request-counter.ts'
import { findStateOwner, takeStateLock } from './state-lock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-state-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the request counter', () => {
  test('rises, and never repeats after a crash', () => {
    const before = openRequestCounter(folder)
    const used = Array.from({ length: 1_500 }, before.next)
    expect(used.slice(0, 2)).toEqual([1, 2])
    const after = openRequestCounter(folder).next()
    expect(after).toBeGreaterThan(Math.max(...used))
    expect(new Set(used).size).toBe(1_500)
  })

  test('jumps above what the door has seen, on the disk too, and never back', () => {
    const counter = openRequestCounter(folder)
    counter.next()
    counter.jumpAbove(70_000)
    expect(counter.next()).toBe(70_001)
    for (const value of [5, Number.NaN, 1e15, -1]) counter.jumpAbove(value)
    expect(counter.next()).toBe(70_002)
    expect(openRequestCounter(folder).next()).toBeGreaterThan(70_002)
  })
})

describe('the lock of a state folder', () => {
  test('is held once, and free again after its release', () => {
    const release = takeStateLock(folder)
    expect(findStateOwner(folder)).toBe(process.pid)
    expect(() => takeStateLock(folder)).toThrow('already runs')
    release()
    takeStateLock(folder)()
  })

  test('of a process that is gone, or whose pid is another process now, is taken over', () => {
    writeFileSync(join(folder, 'lock'), `${process.pid} 1\n`)
    expect(findStateOwner(folder)).toBeNull()
    takeStateLock(folder)
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} \\d{2,}\n$`))
  })
})

describe('the order book', () => {
  const order = (orderId: string, seq: number): ScanOrder => ({
    v: 1,
    verb: 'scan',
    orderId,
    mspId: '0190a000-0000-7000-8000-00000000000a',
    deviceId: '0190a000-0000-7000-8000-00000000000b',
    seq,
    issuedAt: '2026-11-22T00:00:00.000Z',
    notBefore: '2026-11-22T00:00:00.000Z',
    notAfter: '2026-11-23T00:00:00.000Z',
    supersedes: [],
  })
  const at = '2026-11-22T00:00:00.000Z'
  const envelope = { payloadType: '', payload: '', signatures: [] }
  const one = '0190a000-0000-7000-8000-000000000001'

  test('knows after a restart what is open and what ended', () => {
    const book = new OrderBook(folder)
    const first = book.receive(order(one, 7), { kind: 'received', at, envelope, order: order(one, 7) })
    expect([...new OrderBook(folder).open.keys()]).toEqual([one])
    book.write(first, { kind: 'accepted', at })
    const result = { sets: [], probes: [], refusal: null, summary: 'done' }
    book.write(first, { kind: 'ended', at, state: 'done', result })
    const again = new OrderBook(folder)
    expect(again.open.size).toBe(0)
    expect(again.findReplay(order(one, 7))).toBe('this order ended here before, as done')
    expect(again.readEnded(one)?.end?.result.summary).toBe('done')
  })

  test('leaves out a transition that a crash cut short', () => {
    const book = new OrderBook(folder)
    book.receive(order(one, 1), { kind: 'received', at, envelope, order: order(one, 1) })
    const path = join(folder, 'orders', `${one}.jsonl`)
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"kind":"acce`)
    expect(new OrderBook(folder).open.get(one)?.isAccepted).toBe(false)
    expect(readFileSync(path, 'utf8').endsWith('}\n')).toBe(true)
  })

  test('counts resumes at the same step only', () => {
    const book = new OrderBook(folder)
    const record = book.receive(order(one, 1), { kind: 'received', at, envelope, order: order(one, 1) })
    book.write(record, { kind: 'resumed', at, attempt: 2 })
    expect(new OrderBook(folder).open.get(one)?.attempts).toBe(2)
    book.write(record, { kind: 'accepted', at })
    expect(record.attempts).toBe(0)
  })
})
