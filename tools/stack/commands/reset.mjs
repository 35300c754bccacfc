import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, isRoot, rootFolder, stackPaths } from '../paths.mjs'
import { say, step } from '../progress.mjs'
import { readRecord } from '../run/process-identity.mjs'
import { stopProcess } from '../run/stop-process.mjs'
import { endLeftovers } from '../stack.mjs'

const launcherLimitMs = 300_000

async function endStack(paths) {
  const launcher = readRecord(paths.run, 'launcher')
  // Its launcher stops the parts in order; only what it leaves is ended one by one.
  const outcome = await stopProcess(launcher, { limitMs: launcherLimitMs })
  if (outcome !== 'gone') say(`✓ the launcher (pid ${launcher.pid}) stopped its stack`)
  await endLeftovers(paths)
}

/** `npm run reset`: stops everything that is ours and forgets all state of this checkout. */
export async function run() {
  const main = stackPaths()
  const tests = join(main.state, 'tests')
  const ids = existsSync(tests) ? readdirSync(tests) : []
  for (const paths of [main, ...ids.map((id) => stackPaths(id))]) await endStack(paths)
  await step('Forgetting state, data, logs and secrets', async () => {
    rmSync(main.state, { recursive: true, force: true })
    if (isRoot) rmSync(rootFolder, { recursive: true, force: true })
  })
  say(`Kept: node_modules, builds, and Node and Temporal in ${cacheFolder()}.`)
  return 0
}
