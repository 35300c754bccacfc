import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines } from '../advice.mjs'
import { checkout } from '../paths.mjs'
import { say } from '../progress.mjs'
import { runCommand } from '../run-command.mjs'
import { playwrightOutcomes } from './playwright-outcomes.mjs'

const reporter = './tools/stack/results/vitest-reporter.mjs'

// The tools write into a pipe of ours: what is at its far end decides.
const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }

const failure = (suite, name, reason, durationMs = 0) => ({
  suite,
  file: '',
  name,
  state: 'failed',
  durationMs,
  reason,
})

/** Runs one check of the code (Biome, tsc) as one test. */
export async function runCheck(name, node, args, env) {
  say(`\n— ${name}`)
  const startedAt = Date.now()
  const { code, stdout, stderr } = await runCommand(node.path, args, {
    cwd: checkout,
    env: { ...env, ...colours },
    shouldPrint: true,
    limitMs: 300_000,
  })
  const outcome = { suite: 'check', file: '', name, durationMs: Date.now() - startedAt }
  return [
    code === 0
      ? { ...outcome, state: 'passed' }
      : { ...outcome, state: 'failed', reason: lastLines(stdout || stderr, 1) || `exit code ${code}` },
  ]
}

/** Format, lint and types. */
export async function runStaticChecks(node, env) {
  const biome = await runCheck(
    'biome',
    node,
    ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
    env,
  )
  // Types of the routes' own parameters: made by Next, not committed. Those of an older `next dev` would contradict them.
  rmSync(join(checkout, '.next/dev/types'), { recursive: true, force: true })
  await runCommand(node.path, ['node_modules/next/dist/bin/next', 'typegen'], { cwd: checkout, env, limitMs: 120_000 })
  const types = await runCheck('tsc', node, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'], env)
  return [...biome, ...types]
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** Runs Vitest projects; a crash or an exit code that no failed test explains counts as a failure of its own. */
export async function runVitest({ node, env, projects, filters = [], limitMs, folder }) {
  say(`\n— vitest: ${projects.join(', ')}`)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `vitest-${projects.join('-')}.json`)
  rmSync(file, { force: true })
  const chosen = projects.flatMap((name) => ['--project', name])
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--passWithNoTests',
    ...chosen,
    '--reporter=default',
    `--reporter=${reporter}`,
    ...filters,
  ]
  const options = { cwd: checkout, env: { ...env, ...colours, VITEST_OUTCOMES: file }, shouldPrint: true, limitMs }
  const { code, isTimedOut } = await runCommand(node.path, args, options)
  const outcomes = readReport(file)?.outcomes
  if (isTimedOut) return [...(outcomes ?? []), failure(projects.join(', '), 'vitest', 'took longer than its limit')]
  // Without a report Vitest found no file at all (exit code 0), or crashed.
  if (!outcomes) return code === 0 ? [] : [failure(projects.join(', '), 'vitest', `crashed with exit code ${code}`)]
  const isExplained = code === 0 || outcomes.some(({ state }) => state === 'failed')
  return isExplained
    ? outcomes
    : [...outcomes, failure(projects.join(', '), 'vitest', `exit code ${code} without a failed test`)]
}

/** Runs the browser journeys against a running stack; with filters only the files that match one. */
export async function runPlaywright({ node, env, filters = [], folder, limitMs }) {
  if (!existsSync(join(checkout, 'e2e')))
    return [
      { suite: 'e2e', file: '', name: 'journeys', state: 'skipped', durationMs: 0, reason: 'there is no folder e2e' },
    ]
  say('\n— e2e: Playwright')
  const file = join(folder, 'e2e.json')
  rmSync(file, { force: true })
  const args = ['node_modules/@playwright/test/cli.js', 'test', '--config', 'playwright.config.ts', ...filters]
  const options = { cwd: checkout, env: { ...env, ...colours, E2E_RESULTS: file }, shouldPrint: true, limitMs }
  const { code, isTimedOut } = await runCommand(node.path, args, options)
  const report = readReport(file)
  if (isTimedOut) return [failure('e2e', 'playwright', 'took longer than its limit')]
  if (!report) return [failure('e2e', 'playwright', `crashed with exit code ${code}`)]
  const outcomes = playwrightOutcomes(report)
  const isExplained = code === 0 || outcomes.some(({ state }) => state === 'failed')
  return isExplained ? outcomes : [...outcomes, failure('e2e', 'playwright', `exit code ${code} without a failed test`)]
}
