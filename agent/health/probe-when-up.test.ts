import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FakeDevice } from '../testing/fake-device.ts'
import type { HealthPlan } from '../wire/order.ts'
import type { ProbeRead } from '../wire/report.ts'
import { bootGraceMs, probeWhenUp } from './probe-when-up.ts'

const plan: HealthPlan = { probes: [{ kind: 'file', name: 'is up', path: 'up' }], tries: 1, pauseMs: 0, watch: null }
const before: ProbeRead = { name: 'is up', at: '', isPassed: true, detail: '', phase: 'baseline' }
const never = new AbortController().signal
let device: FakeDevice
beforeEach(() => {
  device = new FakeDevice(mkdtempSync(join(tmpdir(), 'patchward-probe-')))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(device.stateDir, { recursive: true })
})

/** Probes while the pauses go by; each look takes 30 s of the machine's time, and the service comes up after `upAfter` looks. */
async function probe(baseline: ProbeRead[] | null, upAfter: number): Promise<{ passed: boolean; looks: number }> {
  let looks = 0
  device.uptimeMs = () => {
    looks += 1
    if (looks > upAfter) writeFileSync(join(device.stateDir, 'up'), '')
    return device.upMs + (looks - 1) * 30_000
  }
  let passed: boolean | null = null
  const work = probeWhenUp(device, plan, 'after-set', baseline, never).then((reads) => {
    passed = reads.every(({ isPassed }) => isPassed)
  })
  const untilMs = performance.now() + 10_000
  while (passed === null && performance.now() < untilMs) {
    await new Promise((resolve) => setImmediate(resolve))
    vi.advanceTimersByTime(10_000)
  }
  await work
  return { passed: passed === true, looks }
}

test('waits for services after a boot, for the first read as for the one that judges', async () => {
  device.upMs = 0
  expect(await probe(null, 3)).toEqual({ passed: true, looks: 4 })
  rmSync(join(device.stateDir, 'up'))
  expect(await probe([before], 3)).toEqual({ passed: true, looks: 4 })
})

test('believes what still fails when the grace is over, and at once on a machine that is up', async () => {
  device.upMs = 0
  expect(await probe([before], 99)).toEqual({ passed: false, looks: bootGraceMs / 30_000 + 1 })
  device.upMs = bootGraceMs
  expect(await probe([before], 99)).toEqual({ passed: false, looks: 1 })
})

test('does not wait for what failed before the change', async () => {
  device.upMs = 0
  expect(await probe([{ ...before, isPassed: false }], 99)).toEqual({ passed: false, looks: 1 })
})

test('judges nothing once the agent stops', async () => {
  const stop = new AbortController()
  device.now = () => {
    stop.abort()
    return new Date()
  }
  await expect(probeWhenUp(device, plan, 'after-set', [before], stop.signal)).rejects.toThrow('counts for nothing')
})
