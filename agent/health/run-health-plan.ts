import { cleanLine } from '../orders/clean-text.ts'
import { wait } from '../wait.ts'
import type { HealthPlan, Probe } from '../wire/order.ts'
import type { ProbeRead } from '../wire/report.ts'
import { runProbe } from './run-probe.ts'

/** Runs all probes of a plan, each up to `tries` times until it passes, side by side. */
export function runHealthPlan(
  root: string,
  plan: Pick<HealthPlan, 'probes' | 'tries' | 'pauseMs'>,
  phase: ProbeRead['phase'],
  now: () => Date,
): Promise<ProbeRead[]> {
  return Promise.all(plan.probes.map((probe) => tryProbe(root, probe, plan, phase, now)))
}

async function tryProbe(
  root: string,
  probe: Probe,
  plan: Pick<HealthPlan, 'tries' | 'pauseMs'>,
  phase: ProbeRead['phase'],
  now: () => Date,
): Promise<ProbeRead> {
  let detail = ''
  for (let attempt = 1; attempt <= plan.tries; attempt += 1) {
    detail = await runProbe(root, probe)
    if (detail === '') break
    if (attempt < plan.tries) await wait(plan.pauseMs)
  }
  return {
    name: probe.name,
    at: now().toISOString(),
    isPassed: detail === '',
    detail: cleanLine(detail, 500),
    phase,
  }
}

/** Probes that fail now and passed before the change: what was broken already cannot fail a patch. */
export function findNewFailures(baseline: readonly ProbeRead[], reads: readonly ProbeRead[]): ProbeRead[] {
  const passed = new Set(baseline.filter(({ isPassed }) => isPassed).map(({ name }) => name))
  return reads.filter(({ isPassed, name }) => !isPassed && passed.has(name))
}
