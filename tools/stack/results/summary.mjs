import { duration } from '../progress.mjs'

/**
 * What all outcomes come to. Skipped ones are never counted as passed; a run in which nothing passed or failed is a
 * failure itself. An outcome is { suite, file, name, state: 'passed' | 'failed' | 'skipped', durationMs, reason? }.
 */
export function summarize(outcomes) {
  const of = (state) => outcomes.filter((outcome) => outcome.state === state)
  const failed = of('failed')
  const passed = of('passed').length
  if (passed + failed.length === 0) {
    failed.push({
      suite: 'run',
      file: '',
      name: 'no test ran',
      state: 'failed',
      durationMs: 0,
      reason: 'nothing was found to run',
    })
  }
  const timed = outcomes.filter(({ durationMs, state }) => durationMs > 0 && state !== 'skipped')
  const slowest = timed.sort((a, b) => b.durationMs - a.durationMs).slice(0, 10)
  return { passed, failed, notRun: of('skipped'), slowest }
}

const title = ({ suite, file, name }) => [suite, file, name].filter(Boolean).join(' · ')

/** The closing report as lines; the last one is `N passed, N failed` alone. */
export function closingLines({ passed, failed, notRun, slowest }) {
  const lines = ['', 'Slowest:', ...slowest.map((one) => `  ${duration(one.durationMs).padStart(10)}  ${title(one)}`)]
  if (notRun.length > 0) lines.push('', 'Not run:', ...notRun.map((one) => `  ${title(one)}: ${one.reason}`))
  if (failed.length > 0) lines.push('', 'Failed:', ...failed.map((one) => `  ${title(one)}: ${one.reason}`))
  lines.push('', `${passed} passed, ${failed.length} failed`)
  return lines
}
