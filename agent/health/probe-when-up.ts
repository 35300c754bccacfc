import type { Device } from '../device.ts'
import { wait } from '../wait.ts'
import type { HealthPlan } from '../wire/order.ts'
import type { ProbeRead } from '../wire/report.ts'
import { findNewFailures, runHealthPlan } from './run-health-plan.ts'

/** So long after its boot a machine may still be starting its services: until then a probe that fails proves nothing. */
export const bootGraceMs = 5 * 60_000
const retryMs = 10_000

/** True while services of this machine may still be on their way up. */
export function isBooting(device: Device): boolean {
  return device.uptimeMs() < bootGraceMs
}

/**
 * Runs the probes; while the machine is booting, again until none fails that passed in `baseline` (null: until none fails).
 * Throws once `signal` has come: services go down with the agent, and what was read then says nothing.
 */
export async function probeWhenUp(
  device: Device,
  plan: HealthPlan,
  phase: ProbeRead['phase'],
  baseline: readonly ProbeRead[] | null,
  signal: AbortSignal,
): Promise<ProbeRead[]> {
  for (;;) {
    const isEarly = isBooting(device)
    const reads = await runHealthPlan(device.config.aptRoot, plan, phase, device.now)
    if (signal.aborted) throw new Error('the agent stops: what the probes say now counts for nothing')
    const failures = baseline === null ? reads.filter(({ isPassed }) => !isPassed) : findNewFailures(baseline, reads)
    if (!isEarly || failures.length === 0) return reads
    await wait(retryMs, signal)
  }
}
