import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { bootGraceMs } from '../health/probe-when-up.ts'
import type { OrderRecord } from '../state/journal.ts'
import { FakeDevice } from '../testing/fake-device.ts'
import type { InstallOrder } from '../wire/order.ts'
import { watchOrder } from './watch-order.ts'

const minuteMs = 60_000
let device: FakeDevice
beforeEach(() => {
  device = new FakeDevice(mkdtempSync(join(tmpdir(), 'patchward-watch-')))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(device.stateDir, { recursive: true })
})

const up = () => writeFileSync(join(device.stateDir, 'up'), '')
/** Looks of the watch, and what the test does after each. */
let looks = 0
let afterLook: () => void = () => undefined

/** An order in its watch, whose probe is a file that passed before; its clock stands at the end of the soak. */
function watched(): { record: OrderRecord; order: InstallOrder } {
  looks = 0
  afterLook = () => undefined
  const order = device.installOrder({
    healthPlan: {
      probes: [{ kind: 'file', name: 'is up', path: 'up' }],
      tries: 1,
      pauseMs: 0,
      watch: { intervalMs: minuteMs, durationMs: 10 * minuteMs },
    },
  })
  const record = device.take(order)
  const at = device.now().toISOString()
  const probe = { name: 'is up', at, isPassed: true, detail: '', phase: 'baseline' as const }
  device.book.write(record, { kind: 'baseline', at, probes: [probe], audit: '' })
  const set = { key: order.sets[0]?.key ?? '', outcome: 'installed' as const, versions: [], exitCode: 0, output: '' }
  device.book.write(record, {
    kind: 'set-ended',
    at,
    set: { ...set, reason: '', undoClass: 'kept' },
    probes: [],
  })
  device.book.write(record, { kind: 'proved', at, watchEndsAt: at })
  return { record, order }
}

/** What the watch came to; without a package manager a verdict ends in an error. */
async function watch({ record, order }: ReturnType<typeof watched>, signal: AbortSignal): Promise<string> {
  const { packages } = device
  packages.run = async (work) => {
    looks += 1
    const look = await work()
    afterLook()
    return look
  }
  let ended = ''
  watchOrder(device, record, order, signal).then(
    () => {
      ended = 'over'
    },
    (error: unknown) => {
      ended = `judged: ${String(error)}`
    },
  )
  const untilMs = performance.now() + 10_000
  while (ended === '' && performance.now() < untilMs) {
    await new Promise((resolve) => setImmediate(resolve))
    vi.advanceTimersByTime(20_000)
  }
  return ended
}
const never = new AbortController().signal

test('a service that is not up yet after the boot is no failure: it is released once it is up', async () => {
  const given = watched()
  device.upMs = 5_000
  afterLook = () => {
    device.upMs += 20_000
    if (looks === 6) up()
  }
  expect(await watch(given, never)).toBe('over')
  expect(given.record.end?.state).toBe('released')
  expect(looks).toBe(7)
})

test('a service that stays away is judged when the grace after the boot is over, not before', async () => {
  const given = watched()
  device.upMs = 5_000
  afterLook = () => {
    device.upMs += 20_000
  }
  expect(await watch(given, never)).toContain('judged')
  expect(looks).toBe(Math.ceil((bootGraceMs - 5_000) / 20_000) + 1)
})

test('without a boot a probe that fails in all its tries is judged at once', async () => {
  expect(await watch(watched(), never)).toContain('judged')
  expect(looks).toBe(1)
})

test.each([
  ['back', -365],
  ['forward', 365],
])('a clock that is set %s in the middle of the soak makes it neither longer nor shorter', async (_, days) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const given = watched()
  up()
  const watchEndsAt = new Date(device.nowMs + 10 * minuteMs).toISOString()
  device.book.write(given.record, { kind: 'proved', at: device.now().toISOString(), watchEndsAt })
  afterLook = () => {
    device.nowMs += looks === 3 ? days * 86_400_000 : 0
  }
  const begunMs = performance.now()
  const { packages } = device
  packages.run = async (work) => {
    looks += 1
    const look = await work()
    afterLook()
    return look
  }
  let isOver = false
  void watchOrder(device, given.record, given.order, never).then(() => {
    isOver = true
  })
  for (let turn = 0; turn < 20_000 && !isOver; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    if (vi.getTimerCount() > 0) vi.advanceTimersToNextTimer()
  }
  expect(isOver).toBe(true)
  expect(looks).toBe(10)
  expect(performance.now() - begunMs).toBeLessThan(12 * minuteMs)
  expect(given.record.end?.state).toBe('released')
})

test('what a probe read while the machine goes down counts for nothing', async () => {
  const given = watched()
  const stop = new AbortController()
  // The end comes in the middle of the look that would be judged.
  const { now } = device
  device.now = () => {
    if (looks === 1) stop.abort()
    return now()
  }
  expect(await watch(given, stop.signal)).toBe('over')
  expect(looks).toBe(1)
  expect(given.record.end).toBeNull()
  expect(device.statesOf(given.order.orderId)).toEqual([])
})
