const firstLine = (text) => String(text ?? '').split('\n')[0]

function stateOf(status) {
  if (status === 'expected') return 'passed'
  return status === 'skipped' ? 'skipped' : 'failed'
}

function* specsOf(suite, titles = []) {
  // The outermost suite is the file; its title is in `file` already.
  const here = titles.length === 0 && suite.title === suite.file ? [] : [...titles, suite.title]
  for (const spec of suite.specs ?? []) yield { spec, titles: here }
  for (const inner of suite.suites ?? []) yield* specsOf(inner, here)
}

/** Turns Playwright's JSON report into outcomes; flaky counts as failed, an error outside of tests as one failure. */
export function playwrightOutcomes(report) {
  const outcomes = []
  for (const suite of report.suites ?? []) {
    for (const { spec, titles } of specsOf(suite)) {
      for (const test of spec.tests) {
        const last = test.results.at(-1)
        const name = [...titles, spec.title].filter(Boolean).join(' > ')
        const durationMs = test.results.reduce((sum, result) => sum + result.duration, 0)
        const note = test.annotations?.find(({ type }) => type === 'skip' || type === 'fixme')?.description
        const state = stateOf(test.status)
        const reason = state === 'failed' ? firstLine(last?.error?.message ?? test.status) : (note ?? 'marked skip')
        outcomes.push({
          suite: 'e2e',
          file: `e2e/${spec.file}`,
          name,
          durationMs,
          state,
          ...(state !== 'passed' && { reason }),
        })
      }
    }
  }
  for (const error of report.errors ?? []) {
    outcomes.push({
      suite: 'e2e',
      file: '',
      name: '(outside of any test)',
      durationMs: 0,
      state: 'failed',
      reason: firstLine(error.message),
    })
  }
  return outcomes
}
