import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { externalDatabaseUrls } from '../environments.mjs'
import { checkout, stackPaths } from '../paths.mjs'
import { productVersion } from '../product-version.mjs'
import { duration, say } from '../progress.mjs'
import { isSameProcess, readRecord } from '../run/process-identity.mjs'
import { stopOrder } from '../run/stop-process.mjs'

/** What is recorded of a stack: each part with where, since when, which version, and whether it lives. */
export function readStatus(paths) {
  const services = [...stopOrder].reverse().flatMap((name) => {
    const record = readRecord(paths.run, name)
    if (!record) return []
    const { pid, address, since, version } = record
    return [
      {
        name,
        state: isSameProcess(record) ? 'running' : 'dead',
        address,
        pid,
        since,
        version,
        log: join(paths.logs, `${name}.log`),
      },
    ]
  })
  const launcher = readRecord(paths.run, 'launcher')
  const isRunning = isSameProcess(launcher)
  return { state: paths.state, launcher: isRunning ? { pid: launcher.pid, since: launcher.since } : null, services }
}

function throwAwayStacks() {
  const folder = join(stackPaths().state, 'tests')
  return existsSync(folder) ? readdirSync(folder).map((id) => readStatus(stackPaths(id))) : []
}

function sayServices({ launcher, services }) {
  const since = launcher && duration(Date.now() - Date.parse(launcher.since))
  say(launcher ? `launcher   pid ${launcher.pid}, for ${since}` : 'launcher   not running')
  for (const { name, state, address, pid, since: start, version } of services) {
    say(
      `${name.padEnd(10)} ${state.padEnd(8)} ${String(address ?? '').padEnd(28)} pid ${pid}  since ${start}  ${version ?? ''}`,
    )
  }
}

/** `npm run status [-- --json]`: what runs, where, since when, with which version. */
export async function run(args) {
  const main = readStatus(stackPaths())
  const version = await productVersion()
  const external = { postgres: Boolean(externalDatabaseUrls()), temporal: process.env.TEMPORAL_ADDRESS ?? null }
  if (args.includes('--json')) {
    say(JSON.stringify({ version, checkout, ...main, external, tests: throwAwayStacks() }, null, 2))
    return 0
  }
  say(`Patchward ${version} in ${checkout}`)
  sayServices(main)
  if (external.postgres) say('postgres   yours   (DATABASE_URL is set)')
  if (external.temporal) say(`temporal   yours   ${external.temporal}`)
  for (const test of throwAwayStacks()) {
    say(`\nThrow-away stack in ${test.state}`)
    sayServices(test)
  }
  if (!main.launcher && main.services.length === 0) say('Nothing runs. Start it: npm run demo')
  return 0
}
