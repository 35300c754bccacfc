import { join } from 'node:path'
import { baseEnv } from '../environments.mjs'
import { ensureNodeModules } from '../parts/node-modules.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { checkout } from '../paths.mjs'
import { duration, say } from '../progress.mjs'
import { runStaticChecks, runVitest } from '../results/run-tests.mjs'
import { closingLines, summarize } from '../results/summary.mjs'

/** `npm run check`: format, lint, types and the pure tests, in under a minute. */
export async function run(filters) {
  const startedAt = Date.now()
  const node = await ensureNode()
  await ensureNodeModules(node)
  const env = baseEnv(node)
  const outcomes = await runStaticChecks(node, env)
  outcomes.push(
    ...(await runVitest({ node, env, projects: ['pure'], filters, folder: join(checkout, '.cache', 'results') })),
  )
  const summary = summarize(outcomes)
  say(`\nTook ${duration(Date.now() - startedAt)}.`)
  for (const line of closingLines(summary)) say(line)
  return summary.failed.length > 0 ? 1 : 0
}
