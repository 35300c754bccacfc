import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeDevice } from '../testing/fake-device.ts'
import { OrderDesk } from './order-desk.ts'

const rule = { firstMs: 1, maxMs: 5, tries: 3 }
let device: FakeDevice
let stop: AbortController
beforeEach(() => {
  device = new FakeDevice(mkdtempSync(join(tmpdir(), 'patchward-desk-')))
  stop = new AbortController()
})
afterEach(() => {
  stop.abort()
  rmSync(device.stateDir, { recursive: true })
})

const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
async function carryOut(): Promise<void> {
  const desk = new OrderDesk(device, stop.signal, rule)
  desk.resume()
  await desk.settle()
}

describe('an order that could not be carried out', () => {
  test('is tried again', async () => {
    let looks = 0
    device.scan = () => {
      looks += 1
      return looks < 3 ? Promise.reject(full()) : Promise.resolve()
    }
    const { order } = device.take({ ...device.base(), verb: 'scan' })
    await carryOut()
    expect(device.statesOf(order.orderId)).toEqual(['done'])
    expect(device.book.open.size).toBe(0)
  })

  test('is refused with the reason when staging never finds room', async () => {
    device.store.find = () => {
      throw full()
    }
    const { sets } = device.installOrder()
    const { order } = device.take({ ...device.base(), verb: 'stage', sets })
    await carryOut()
    const reports = device.reportsOf(order.orderId)
    expect(reports.map(({ state }) => state)).toEqual(['staging', 'staging', 'staging', 'refused'])
    expect(reports.at(-1)?.summary).toBe(
      'Nothing was changed, the device could not do it: ENOSPC: no space left on device, write',
    )
  })

  test('is told about as soon as there is room for the words', async () => {
    device.scan = () => Promise.reject(full())
    const add = device.outbox.add.bind(device.outbox)
    let times = 0
    device.outbox.add = (content) => {
      times += 1
      if (times < 4) throw full()
      return add(content)
    }
    const { order } = device.take({ ...device.base(), verb: 'scan' })
    await carryOut()
    expect(device.statesOf(order.orderId)).toEqual(['refused'])
  })

  test('and may have begun goes on through its journal only, however long the disk has no room', async () => {
    // There is no dpkg here: each try to find out where the transaction stands ends in an error.
    const record = device.take(device.installOrder())
    const at = device.now().toISOString()
    device.book.write(record, { kind: 'baseline', at, probes: [], audit: '' })
    const running = { key: 'a'.repeat(64), direction: 'install' as const, transactionId: 'one', before: [] }
    device.book.write(record, { kind: 'set-running', at, running: { ...running, automatic: [], failure: null } })
    const write = device.book.write.bind(device.book)
    let times = 0
    device.book.write = (given, entry) => {
      times += 1
      if (times <= 2 * rule.tries) throw full()
      write(given, entry)
    }
    void carryOut()
    await vi.waitFor(() => expect(record.attempts).toBe(3), { timeout: 15_000 })
    expect(device.statesOf(record.order.orderId)).not.toContain('refused')
  })

  test('that ended while the ledger had no room is put away later, not carried out again', async () => {
    const { order } = device.take({ ...device.base(), verb: 'scan' })
    const close = device.book.close.bind(device.book)
    let times = 0
    device.book.close = (record) => {
      times += 1
      if (times < 3) throw full()
      close(record)
    }
    await carryOut()
    expect(device.statesOf(order.orderId)).toEqual(['done'])
    expect(device.book.open.size).toBe(0)
  })
})

test('an order that nobody works on is begun when it comes again', async () => {
  const record = device.take(device.installOrder({ notAfter: new Date(device.nowMs - 1).toISOString() }))
  const desk = new OrderDesk(device, stop.signal, rule)
  // As when the disk was full between taking it in and beginning it.
  desk.answerAgain(record)
  await desk.settle()
  expect(device.statesOf(record.order.orderId)).toEqual(['accepted', 'expired'])
})
