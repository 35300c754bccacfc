import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

const firstLine = (error) => String(error?.message ?? error).split('\n')[0]

/**
 * Vitest's own JSON leaves out why a test was skipped, and errors outside of tests; the honest last line needs both.
 * Writes { outcomes } to the file named by VITEST_OUTCOMES.
 */
// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its default export.
export default class OutcomeReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const outcomes = []
    for (const module of testModules) {
      const where = { suite: module.project.name, file: relative(process.cwd(), module.moduleId) }
      let count = 0
      for (const test of module.children.allTests()) {
        count++
        const { state, errors, note } = test.result()
        const isPlanned = test.options.mode === 'todo' ? 'marked todo' : 'marked skip'
        const outcome = { ...where, name: test.fullName, durationMs: test.diagnostic()?.duration ?? 0 }
        if (state === 'passed') outcomes.push({ ...outcome, state })
        else if (state === 'skipped') outcomes.push({ ...outcome, state, reason: note ?? isPlanned })
        else
          outcomes.push({
            ...outcome,
            state: 'failed',
            reason: errors?.length ? firstLine(errors[0]) : 'did not finish',
          })
      }
      const broken = module.errors()
      const isBroken = broken.length > 0 || !['passed', 'failed', 'skipped'].includes(module.state())
      if (isBroken || (count === 0 && module.state() === 'failed')) {
        const reason = broken.length > 0 ? firstLine(broken[0]) : 'the file did not finish'
        outcomes.push({ ...where, name: '(whole file)', durationMs: 0, state: 'failed', reason })
      }
    }
    for (const error of unhandledErrors) {
      outcomes.push({
        suite: 'vitest',
        file: '',
        name: '(outside of any test)',
        durationMs: 0,
        state: 'failed',
        reason: firstLine(error),
      })
    }
    writeFileSync(process.env.VITEST_OUTCOMES, JSON.stringify({ outcomes }))
  }
}
