import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { OrderBook } from '../state/order-book.ts'
import { FakeDevice } from '../testing/fake-device.ts'
import type { PermitAnswer } from '../wire/door.ts'
import { awaitStart, isPermitFresh } from './await-start.ts'

const minuteMs = 60_000
let device: FakeDevice
let stop: AbortController
let started: Promise<boolean>[]
beforeEach(() => {
  stop = new AbortController()
  started = []
  device = new FakeDevice(mkdtempSync(join(tmpdir(), 'patchward-await-')))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(async () => {
  stop.abort()
  await Promise.all(started)
  vi.useRealTimers()
  rmSync(device.stateDir, { recursive: true })
})

const deny = (denial: 'paused' | 'window-closed') => (): PermitAnswer => {
  return { serverTime: '', permit: false, denial, message: denial, retryAfterMs: 1_000 }
}
/** Lets pauses go by until the door was asked so often, or the waiting ended; each pause takes `pauseMs` of the device's clock. */
async function passTime(start: Promise<boolean>, asks: number, pauseMs: number): Promise<boolean | 'waits'> {
  let ended: boolean | 'waits' = 'waits'
  void start.then((answer) => {
    ended = answer
  })
  let last = device.asked
  while (device.asked < asks && ended === 'waits') {
    await new Promise((resolve) => setImmediate(resolve))
    if (device.asked > last) device.nowMs += pauseMs
    last = device.asked
    vi.advanceTimersByTime(10 * minuteMs)
  }
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  return ended
}
function begin(record: ReturnType<FakeDevice['take']>, signal = stop.signal): Promise<boolean> {
  const start = awaitStart(device, record, signal)
  started.push(start)
  return start
}

test('starts offline after three asks in a row without an answer, right after it was handed out', async () => {
  const record = device.take(device.installOrder({ mayStartOffline: true }))
  expect(await passTime(begin(record), 9, 30_000)).toBe(true)
  expect(device.asked).toBe(3)
  expect(record.permit).toMatchObject({ isOffline: true })
  expect(isPermitFresh(device, record)).toBe(true)
  device.nowMs += 10 * minuteMs
  expect(isPermitFresh(device, record)).toBe(false)
})

test.each(['paused', 'window-closed'] as const)(
  'never starts offline once the door said "%s", nor after a restart',
  async (denial) => {
    device.answers = [deny(denial)]
    const record = device.take(device.installOrder({ mayStartOffline: true }))
    const life = new AbortController()
    expect(await passTime(begin(record, life.signal), 12, 1_000)).toBe('waits')
    life.abort()
    const again = new OrderBook(device.stateDir).open.get(record.order.orderId)
    if (!again) throw new Error('the order is open')
    expect(again.denial).toBe(denial)
    expect(await passTime(begin(again), 24, 1_000)).toBe('waits')
    expect(device.statesOf(record.order.orderId)).not.toContain('permitted')
  },
)

test('counts asks in a row only, and not over weeks: later than a permit would hold it does not start offline', async () => {
  const record = device.take(device.installOrder({ mayStartOffline: true }))
  expect(await passTime(begin(record), 12, 6 * minuteMs)).toBe('waits')
  expect(record.permit).toBeNull()
})

test('a clock that is set back makes no permit longer, nor after a restart', async () => {
  const granted = (): PermitAnswer => {
    const serverTime = '2026-11-22T10:00:00.000Z'
    return { serverTime, permit: true, validUntil: '2026-11-22T10:10:00.000Z' }
  }
  device.answers = [granted]
  const record = device.take(device.installOrder())
  expect(await begin(record)).toBe(true)
  expect(isPermitFresh(device, record)).toBe(true)
  const again = new OrderBook(device.stateDir).open.get(record.order.orderId)
  if (!again) throw new Error('the order is open')
  expect(isPermitFresh(device, again)).toBe(true)
  device.nowMs -= 60 * minuteMs
  expect(isPermitFresh(device, again)).toBe(false)
  // In this life the time that went by counts, whatever the clock shows.
  device.nowMs += 60 * minuteMs
  const { now } = performance
  const before = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => before + 10 * minuteMs)
  expect(isPermitFresh(device, record)).toBe(false)
  performance.now = now
  expect(isPermitFresh(device, record)).toBe(true)
})

test('a clock that is wrong for a while and then right again starts an order within a minute of its time', async () => {
  const record = device.take(device.installOrder({ notBefore: new Date(device.nowMs + 5 * minuteMs).toISOString() }))
  device.answers = [deny('paused')]
  device.nowMs -= 10 * 24 * 60 * minuteMs
  void begin(record)
  await vi.advanceTimersByTimeAsync(minuteMs)
  expect(device.asked).toBe(0)
  device.nowMs += 10 * 24 * 60 * minuteMs + 5 * minuteMs
  await vi.advanceTimersByTimeAsync(minuteMs)
  await vi.waitFor(() => expect(device.asked).toBe(1))
})

test('never starts offline when the order does not allow it, and ends as expired at its last date', async () => {
  const record = device.take(device.installOrder())
  expect(await passTime(begin(record), 5, 1_000)).toBe('waits')
  const late = device.take(
    device.installOrder({ mayStartOffline: true, notAfter: new Date(device.nowMs).toISOString() }),
  )
  expect(await begin(late)).toBe(false)
  expect(device.statesOf(late.order.orderId)).toEqual(['expired'])
})
