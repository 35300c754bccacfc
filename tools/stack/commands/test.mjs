import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build, builds } from '../builds.mjs'
import { baseEnv } from '../environments.mjs'
import { ensureChromium } from '../parts/chromium.mjs'
import { ensureNodeModules } from '../parts/node-modules.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { templateDatabase } from '../parts/postgres.mjs'
import { checkout } from '../paths.mjs'
import { duration, say, step } from '../progress.mjs'
import { runPlaywright, runStaticChecks, runVitest } from '../results/run-tests.mjs'
import { closingLines, summarize } from '../results/summary.mjs'
import { hasApt } from './start-stack.mjs'
import { testEnv } from './test-env.mjs'
import { openThrowAwayStack } from './throw-away.mjs'

const vitestLimitMs = 25 * 60_000
const e2eLimitMs = 20 * 60_000

const notRun = (suite, reason) => ({ suite, file: '', name: 'all', state: 'skipped', durationMs: 0, reason })

const interrupted = {
  suite: 'run',
  file: '',
  name: 'interrupted',
  state: 'failed',
  durationMs: 0,
  reason: 'somebody stopped it',
}

/** A filter that names journeys goes to Playwright, every other one to Vitest. */
const isJourney = (filter) => /^e2e(\/|$)/.test(filter)

/** Runs `work`; what it throws becomes one failed outcome, so that the rest still runs and the last line is honest. */
async function attempt(outcomes, suite, name, work) {
  try {
    return await work()
  } catch (error) {
    say(`! ${error.message}`)
    outcomes.push({ suite, file: '', name, state: 'failed', durationMs: 0, reason: error.message.split('\n')[0] })
    return undefined
  }
}

async function runJourneys({ stack, env, outcomes, filters, folder }) {
  if (!existsSync(join(checkout, 'e2e'))) return outcomes.push(notRun('e2e', 'there is no folder e2e'))
  await attempt(outcomes, 'e2e', 'the stack under test', async () => {
    await stack.startProduct(['mail', 'worker', 'door', 'web'])
    await step('Seeding: demo', () => stack.runScript('tools/seed/main.ts', ['demo'], stack.envs.seed, 'Seeding'))
    if (stack.hasLab) await stack.startProduct(['lab'])
    const { ports, envs } = stack
    const addresses = {
      E2E_BASE_URL: envs.web.PUBLIC_URL,
      E2E_DEVICE_URL: `http://127.0.0.1:${ports.door}`,
      E2E_STATE: stack.paths.state,
      E2E_MAIL_URL: envs.web.MAIL_SINK_URL,
    }
    outcomes.push(
      ...(await runPlaywright({
        node: stack.node,
        env: { ...env, ...envs.seed, ...addresses },
        filters,
        folder,
        limitMs: e2eLimitMs,
      })),
    )
  })
}

/** Starts what the tests stand on; says which kinds of tests can run, and why the others cannot. */
async function startFoundations(stack, outcomes) {
  const { node, envs } = stack
  const isDatabaseUp = await attempt(outcomes, 'stack', 'PostgreSQL and migrations', async () => {
    await stack.startPostgres()
    await stack.migrate(templateDatabase)
    await stack.migrate()
    return true
  })
  const isTemporalUp = await attempt(outcomes, 'stack', 'Temporal', async () => {
    await stack.startTemporal()
    return true
  })
  let isBuilt = true
  for (const name of Object.keys(builds)) {
    const isDone = await attempt(outcomes, 'stack', builds[name].title, async () => {
      await build(name, { node, env: envs.build })
      return true
    })
    isBuilt &&= isDone === true
  }
  return { isDatabaseUp, isTemporalUp, isWhole: isDatabaseUp && isTemporalUp && isBuilt }
}

/** What kills a database server gets one of its own, so that it may run beside the others: it waits more than it computes. */
async function runOwnProject({ stack, own, env, ...options }) {
  await own.startPostgres()
  await own.migrate(templateDatabase)
  const ownEnv = { ...env, ...testEnv({ ...own, temporalCli: stack.temporalCli }) }
  return runVitest({ ...options, env: ownEnv, projects: ['own'] })
}

async function runVitestProjects({ stack, own, env, outcomes, filters, folder, foundations }) {
  const { isDatabaseUp, isTemporalUp, isWhole } = foundations
  const options = { node: stack.node, env, filters, folder, limitMs: vitestLimitMs }
  const onDatabase = ['db', 'db-apart']
  const projects = ['pure', ...(isDatabaseUp ? onDatabase : []), ...(isDatabaseUp && isTemporalUp ? ['temporal'] : [])]
  outcomes.push(...(await runVitest({ ...options, projects })))
  if (!isDatabaseUp) outcomes.push(notRun('db', 'there is no database'))
  if (!isDatabaseUp || !isTemporalUp) outcomes.push(notRun('temporal', 'there is no database or no Temporal'))
  if (!isWhole) return outcomes.push(notRun('lab, own', 'the stack is not whole'))
  if (!stack.hasLab) return outcomes.push(notRun('lab, own', 'this host has no apt'))
  // Both wait more than they compute: beside each other.
  const together = [
    runVitest({ ...options, projects: ['lab'] }),
    attempt(outcomes, 'own', 'the stack of its own', () => runOwnProject({ ...options, stack, own })),
  ]
  for (const some of await Promise.all(together)) outcomes.push(...(some ?? []))
}

async function runAll({ stack, own, isCold, outcomes, filters, folder }) {
  const isAll = filters.length === 0
  const journeys = filters.filter(isJourney)
  const files = filters.filter((filter) => !isJourney(filter))
  const foundations = await startFoundations(stack, outcomes)
  const wantsJourneys = isAll || journeys.length > 0
  const chromium = wantsJourneys
    ? await attempt(outcomes, 'stack', 'Chromium', () => ensureChromium(stack.node))
    : undefined
  // A run that had to install everything shows that a fresh clone does so too; a later one lends the demo's clone what is there.
  const env = { ...testEnv(stack, chromium), ...(isCold ? { TEST_IS_COLD: 'yes' } : {}) }
  const options = { stack, own, env, outcomes, folder }
  if (isAll || files.length > 0) await runVitestProjects({ ...options, filters: files, foundations })
  if (!wantsJourneys) return
  if (!foundations.isWhole) return outcomes.push(notRun('e2e', 'the stack is not whole'))
  if (!stack.hasLab) return outcomes.push(notRun('e2e', 'this host has no apt, and the journeys need the device lab'))
  if (chromium) await runJourneys({ ...options, filters: journeys })
  else outcomes.push(notRun('e2e', 'no Chromium'))
}

/** `npm test [-- <path filter>]`: everything; with a filter only the files that match it (`e2e` or `e2e/…`: the journeys). */
export async function run(filters, { signal }) {
  const startedAt = Date.now()
  const folder = join(checkout, '.cache', 'results')
  const outcomes = []
  await attempt(outcomes, 'stack', 'installation', async () => {
    const node = await ensureNode()
    const isCold = await ensureNodeModules(node)
    if (filters.length === 0) outcomes.push(...(await runStaticChecks(node, baseEnv(node))))
    const own = await openThrowAwayStack({ node, isDurable: false, name: 'own' })
    const stack = await openThrowAwayStack({ node, isDurable: false, hasLab: await hasApt() })
    // The shared one last: its logs are the ones that stay.
    const close = async () => {
      await own.close()
      await stack.close()
    }
    signal.addEventListener('abort', () => void close())
    try {
      await runAll({ stack, own, isCold, outcomes, filters, folder })
    } finally {
      await close()
    }
  })
  // After Ctrl-C every further step fails; only that it was stopped is worth a line.
  const told = signal.aborted ? [...outcomes.filter(({ suite }) => suite !== 'stack'), interrupted] : outcomes
  const summary = summarize(told)
  say(`\nTook ${duration(Date.now() - startedAt)}. Logs of the stack: .cache/results/logs`)
  for (const line of closingLines(summary)) say(line)
  return summary.failed.length > 0 ? 1 : 0
}
