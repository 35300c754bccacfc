import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Advice, lastLines } from '../advice.mjs'
import { startTimeOf } from '../run/process-identity.mjs'
import { runCommand } from '../run-command.mjs'

export const ownerRole = 'patchward_owner'
export const databaseName = 'patchward'
/** The migrated database that each test worker clones. */
export const templateDatabase = 'patchward_template'
const superuser = 'postgres'
// Longer socket paths do not fit into the kernel's address structure (107 bytes on Linux, 103 on macOS).
const socketPathLimit = 100

const quoteText = (text) => `'${text.replaceAll("'", "''")}'`

/** The one-time SQL: the owner may make roles and databases, but is no superuser and sees nothing it does not own. */
export function firstSql(secrets, databases) {
  return [
    `create role ${ownerRole} login createrole createdb nosuperuser nobypassrls password ${quoteText(secrets.owner)}`,
    ...databases.map((name) => `create database ${name} owner ${ownerRole}`),
    '',
  ].join('\n')
}

function environment(home) {
  return {
    PATH: `${join(home, 'bin')}:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    LD_LIBRARY_PATH: join(home, 'lib'),
  }
}

/** Makes the cluster and the owner's databases unless they are there; a half-made one is made anew. */
export async function ensureCluster({ paths, binaries, user, secrets, databases }) {
  const { home } = binaries
  const data = join(paths.postgres, 'data')
  const done = join(paths.postgres, 'cluster-is-ready')
  if (existsSync(done)) {
    const major = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
    if (binaries.version.split('.')[0] === major) return
    throw new Advice(
      `The data was written by PostgreSQL ${major}, this checkout brings ${binaries.version}: go back to the older checkout, or run npm run reset.`,
    )
  }
  rmSync(data, { recursive: true, force: true })
  mkdirSync(dirname(paths.postgres), { recursive: true, mode: user.uid === undefined ? 0o700 : 0o755 })
  mkdirSync(paths.postgres, { recursive: true, mode: 0o700 })
  const password = join(paths.postgres, 'first-password')
  writeFileSync(password, secrets.superuser, { mode: 0o600 })
  if (user.uid !== undefined) for (const path of [paths.postgres, password]) chownSync(path, user.uid, user.gid)
  const options = { ...user, env: environment(home), cwd: paths.postgres }
  const args = [
    '-D',
    data,
    '-U',
    superuser,
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--auth=scram-sha-256',
    `--pwfile=${password}`,
  ]
  const init = await runCommand(join(home, 'bin', 'initdb'), [...args, '--no-sync'], options)
  unlinkSync(password)
  if (init.code !== 0)
    throw new Advice(`PostgreSQL's initdb failed; run npm run reset and try again.\n${lastLines(init.stderr)}`)
  // Single-user mode takes one statement a line and needs no client program.
  const single = ['--single', '-D', data, '-c', 'exit_on_error=on', 'postgres']
  const first = await runCommand(join(home, 'bin', 'postgres'), single, {
    ...options,
    input: firstSql(secrets, databases),
  })
  if (first.code !== 0)
    throw new Advice(`PostgreSQL's first start failed; run npm run reset and try again.\n${lastLines(first.stderr)}`)
  writeFileSync(done, '')
}

/** What the server writes into postmaster.pid, or undefined. */
export function readPostmasterPid(data) {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' }
  } catch {
    return undefined
  }
}

/** True when a pid file was left by a server that is gone: nobody, or not a PostgreSQL of this folder, has its number. */
export function isPostmasterPidStale(data, commandOf = readCommand) {
  const found = readPostmasterPid(data)
  if (!found) return false
  if (startTimeOf(found.pid) === undefined) return true
  const command = commandOf(found.pid)
  return command !== undefined && !command.includes(data)
}

function readCommand(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return undefined
  }
}

/** The part that runs PostgreSQL. Without `isDurable` a power cut may lose rows; a kill never does. */
export function postgresPart({ paths, binaries, user, port, isDurable }) {
  const data = join(paths.postgres, 'data')
  const isSocketUsable = paths.postgres.length + '/.s.PGSQL.65535.lock'.length < socketPathLimit
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: isSocketUsable ? paths.postgres : '',
    max_connections: 200,
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...(!isDurable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return {
    name: 'postgres',
    command: join(binaries.home, 'bin', 'postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    env: environment(binaries.home),
    cwd: paths.postgres,
    ...user,
    port,
    address: `127.0.0.1:${port}`,
    version: binaries.version,
    // SIGTERM would wait for every client to leave; SIGINT ends their sessions and shuts down cleanly.
    stopSignal: 'SIGINT',
    beforeStart() {
      if (isPostmasterPidStale(data)) rmSync(join(data, 'postmaster.pid'), { force: true })
    },
    isReady: async () => readPostmasterPid(data)?.status === 'ready',
  }
}

/** A connection address for one login of the embedded server. */
export function databaseUrl(port, role, password, database = databaseName) {
  return `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
}
