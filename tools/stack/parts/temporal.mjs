import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Advice } from '../advice.mjs'
import { cacheFolder } from '../paths.mjs'
import { say, step } from '../progress.mjs'
import { isOnPath, runCommand } from '../run-command.mjs'
import { makeFetchFolder, temporalSources } from './temporal-sources.mjs'

export const temporalNamespace = 'patchward'

const searchAttributes = {
  MspId: 'Keyword',
  ClientId: 'Keyword',
  RolloutId: 'Keyword',
  RolloutState: 'Keyword',
  Ring: 'Int',
}

/** Picks the version out of what `temporal --version` prints, or undefined. */
export function parseTemporalVersion(text) {
  return /temporal version v?(\d+\.\d+\.\d+\S*)/.exec(text)?.[1]
}

async function versionOf(path) {
  try {
    const { stdout } = await runCommand(path, ['--version'], { limitMs: 20_000 })
    return parseTemporalVersion(stdout)
  } catch {
    return undefined
  }
}

async function findCached(cache) {
  if (!existsSync(cache)) return undefined
  for (const name of readdirSync(cache).sort().reverse()) {
    const path = join(cache, name, 'temporal')
    if (name.startsWith('fetch-') || !existsSync(path)) continue
    if ((await versionOf(path)) === name) return { path, version: name, source: 'cache' }
  }
  return undefined
}

/** Fetches by one source and keeps the binary under its version. */
async function fetchFrom(source, cache, options) {
  const folder = makeFetchFolder(cache)
  try {
    const half = join(folder, 'temporal')
    await source.fetch(half, options)
    chmodSync(half, 0o755)
    const version = await versionOf(half)
    if (!version) throw new Error('what came does not run here')
    mkdirSync(join(cache, version), { recursive: true })
    renameSync(half, join(cache, version, 'temporal'))
    return { path: join(cache, version, 'temporal'), version, source: source.name }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Finds the Temporal command-line tool: on the path, in the cache, else from the first source that has it. */
export async function ensureTemporal({ node, sources = temporalSources, cache = join(cacheFolder(), 'temporal') }) {
  if (await isOnPath('temporal')) {
    const version = await versionOf('temporal')
    if (version) return { path: 'temporal', version, source: 'path' }
  }
  const cached = await findCached(cache)
  if (cached) return cached
  for (const source of sources) {
    try {
      return await step(`Temporal by ${source.name}`, () => fetchFrom(source, cache, { node }))
    } catch (error) {
      say(`  not by this way: ${error.message.slice(0, 200)}`)
    }
  }
  throw new Advice(
    'Temporal could not be had: install its command-line tool (`temporal`) on the path, or set TEMPORAL_ADDRESS to a running server.',
  )
}

/** The part that runs the dev server. Its schema is never migrated, so the version is in the file's name. */
export function temporalPart({ paths, temporal, port, env }) {
  const address = `127.0.0.1:${port}`
  const file = join(paths.state, `temporal-${temporal.version}.sqlite`)
  const attributes = Object.entries(searchAttributes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ])
  const pragmas = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF']
  const server = ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)]
  const args = [
    ...server,
    '--namespace',
    temporalNamespace,
    '--db-filename',
    file,
    ...pragmas,
    ...attributes,
    '--log-level',
    'error',
  ]
  return {
    name: 'temporal',
    command: temporal.path,
    args,
    env,
    cwd: paths.state,
    port,
    address,
    version: temporal.version,
    async isReady() {
      const look = ['operator', 'namespace', 'describe', '--address', address, '--namespace', temporalNamespace]
      const { code } = await runCommand(temporal.path, look, { env, limitMs: 5_000 })
      return code === 0
    },
  }
}
