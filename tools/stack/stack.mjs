import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Advice, lastLines } from './advice.mjs'
import {
  directoryEnv,
  embeddedDatabaseUrls,
  externalDatabaseUrls,
  externalMailEnv,
  externalTemporalEnv,
  processEnvs,
  stripeEnv,
} from './environments.mjs'
import { choosePorts, replaceTakenPorts } from './parts/ports.mjs'
import { databaseName, ensureCluster, postgresPart, templateDatabase } from './parts/postgres.mjs'
import { ensurePostgresBinaries } from './parts/postgres-binaries.mjs'
import { ensurePostgresUser } from './parts/postgres-user.mjs'
import { ensureAuditKey, ensureSigningKey, readSecrets } from './parts/secrets.mjs'
import { ensureTemporal, temporalPart } from './parts/temporal.mjs'
import { checkout, makeFolders } from './paths.mjs'
import { migrateEntry, productParts, requirePart } from './processes.mjs'
import { productVersion } from './product-version.mjs'
import { say, step } from './progress.mjs'
import { claimStack, listRecords, removeRecord, startTimeOf } from './run/process-identity.mjs'
import { stopLimitsMs, stopOrder, stopProcess } from './run/stop-process.mjs'
import { findSurvivor, Supervisor } from './run/supervisor.mjs'
import { recordCommandsIn, runCommand } from './run-command.mjs'

const adoptable = ['postgres', 'temporal']

/** One running stack: the demo's or a throw-away one. Made by openStack(), ended by close(). */
class Stack {
  #survivors = {}

  constructor(options) {
    const { paths, isThrowAway } = options
    Object.assign(this, options)
    this.supervisor = new Supervisor({ paths, say })
    this.external = isThrowAway ? undefined : externalDatabaseUrls()
    this.temporalEnv = isThrowAway ? undefined : externalTemporalEnv()
    this.mailEnv = isThrowAway ? undefined : externalMailEnv()
    this.directoryEnv = isThrowAway ? {} : directoryEnv()
    // A test never reaches the account of whoever runs it.
    this.stripeEnv = isThrowAway ? {} : stripeEnv()
  }

  /** Ends what an earlier launcher left, keeps what can be adopted, chooses ports, reads secrets. */
  async prepare() {
    const commands = listRecords(this.paths.run).filter((name) => name.startsWith('command-'))
    for (const name of [...commands, ...stopOrder.filter((part) => !adoptable.includes(part))]) {
      const survivor = findSurvivor(this.paths, name)
      if (!survivor) continue
      await step(`Ending ${name} (pid ${survivor.pid}) of an earlier start`, () =>
        stopProcess(survivor, { limitMs: stopLimitsMs[name] }),
      )
      removeRecord(this.paths.run, name)
    }
    for (const name of adoptable) this.#survivors[name] = findSurvivor(this.paths, name)
    const kept = Object.fromEntries(
      Object.entries(this.#survivors)
        .filter(([, found]) => found)
        .map(([name, found]) => [name, found.port]),
    )
    this.ports = await choosePorts({ file: this.paths.ports, kept, offset: this.portOffset, say })
    this.secrets = readSecrets(this.paths.secrets)
    ensureSigningKey(this.paths.signingKey)
    ensureAuditKey(this.paths)
    this.version = await productVersion()
    this.urls = this.external ?? embeddedDatabaseUrls(this.ports.postgres, this.secrets)
    this.temporalAddress = this.temporalEnv?.TEMPORAL_ADDRESS ?? `127.0.0.1:${this.ports.temporal}`
    if (!this.isThrowAway) {
      this.publicUrl = process.env.PUBLIC_URL
      this.publicDeviceUrl = process.env.PUBLIC_DEVICE_URL
    }
    this.envs = processEnvs(this)
  }

  /** Looks once more right before the start: installing and building take minutes, in which a port may be taken. */
  async #settlePorts(names) {
    const changed = await replaceTakenPorts({ file: this.paths.ports, ports: this.ports, names, say })
    if (!changed) return
    this.ports = changed
    if (!this.external) this.urls = embeddedDatabaseUrls(changed.postgres, this.secrets)
    if (!this.temporalEnv) this.temporalAddress = `127.0.0.1:${changed.temporal}`
    this.envs = processEnvs(this)
  }

  /** Starts or adopts PostgreSQL, unless the environment names another one. */
  async startPostgres() {
    if (this.external) return say('· PostgreSQL: the one that DATABASE_URL names')
    const user = ensurePostgresUser()
    if (!this.#survivors.postgres) await this.#settlePorts(['postgres'])
    const { paths, ports, isThrowAway, isDurable } = this
    const databases = isThrowAway ? [databaseName, templateDatabase] : [databaseName]
    const binaries = ensurePostgresBinaries(paths, user)
    await this.#startOrAdopt(
      postgresPart({ paths, binaries, user, port: ports.postgres, isDurable }),
      'PostgreSQL',
      () => ensureCluster({ paths, binaries, user, secrets: this.secrets, databases }),
    )
  }

  /** Starts or adopts Temporal, unless the environment names another one. */
  async startTemporal() {
    if (this.temporalEnv) return say(`· Temporal: the one at ${this.temporalAddress}`)
    const temporal = await ensureTemporal({ node: this.node })
    this.temporalCli = temporal.path
    if (!this.#survivors.temporal) await this.#settlePorts(['temporal'])
    const { paths, ports, envs } = this
    await this.#startOrAdopt(temporalPart({ paths, temporal, port: ports.temporal, env: envs.temporal }), 'Temporal')
  }

  async #startOrAdopt(part, title, first) {
    const survivor = this.#survivors[part.name]
    if (survivor?.version === part.version) {
      await this.supervisor.start(part, { adopt: survivor })
      return say(`✓ ${title} ${part.version} still runs at ${part.address} (pid ${survivor.pid}): taken over`)
    }
    if (survivor) await stopProcess(survivor, { limitMs: stopLimitsMs[part.name], signal: part.stopSignal })
    await step(`${title} ${part.version} at ${part.address}`, async () => {
      await first?.()
      await this.supervisor.start(part)
    })
  }

  /** Runs one of the product's scripts to its end; throws Advice with its last lines. Returns what it printed. */
  async runScript(path, args, env, what) {
    requirePart(path, `${what} is impossible`)
    const options = { cwd: checkout, env, limitMs: 600_000 }
    const { code, stdout, stderr } = await runCommand(this.node.path, [path, ...args], options)
    if (code !== 0) throw new Advice(`${what} failed.\n${lastLines(`${stdout}\n${stderr}`, 25)}`)
    return stdout
  }

  /** Brings a database (the product's unless named) to today's tables and refreshes the five logins. */
  migrate(database) {
    const urls = database ? embeddedDatabaseUrls(this.ports.postgres, this.secrets, database) : {}
    const env = { ...this.envs.migrate, ...urls }
    return step(`Migrations${database ? ` of ${database}` : ''}`, () =>
      this.runScript(migrateEntry, [], env, 'The migration'),
    )
  }

  /** Starts the named processes of the product, one after another. */
  async startProduct(wanted, { isDev } = {}) {
    // With a mail server of your own there is no sink.
    const names = wanted.filter((name) => name !== 'mail' || !this.mailEnv)
    // The lab has no port of its own, the sink has two.
    const ports = names.flatMap((name) => (name === 'mail' ? ['mail', 'smtp'] : [name]))
    await this.#settlePorts(ports.filter((name) => this.ports[name]))
    const parts = productParts({ ...this, isDev })
    for (const name of names) {
      const at = parts[name].address ? ` at ${parts[name].address}` : ''
      await step(`${name}${at}`, () => this.supervisor.start(parts[name]))
    }
  }

  /** Mints a one-time sign-in link for a person who exists. */
  async mintLink(person) {
    const printed = await this.runScript('tools/link/main.ts', [person], this.envs.link, 'Making a sign-in link')
    return printed.trim().split('\n').at(-1)
  }

  /** Stops everything in order; a throw-away stack leaves nothing on the disk. Safe to call twice. */
  close() {
    this.closed ??= this.#close()
    return this.closed
  }

  async #close() {
    await this.supervisor.stop()
    recordCommandsIn(undefined)
    removeRecord(this.paths.run, 'launcher')
    if (!this.isThrowAway) return
    // Only the logs of the last throw-away stack stay, for looking why a test failed.
    const kept = join(checkout, '.cache', 'results', 'logs')
    rmSync(kept, { recursive: true, force: true })
    if (existsSync(this.paths.logs)) cpSync(this.paths.logs, kept, { recursive: true })
    for (const path of [this.paths.postgres, this.paths.state]) rmSync(path, { recursive: true, force: true })
  }
}

/** Claims the stack's folder for this launcher and prepares it; throws Advice when another launcher has it. */
export async function openStack({
  paths,
  node,
  hasLab = false,
  isThrowAway = false,
  isDurable = true,
  portOffset = 0,
}) {
  makeFolders(paths)
  const own = {
    name: 'launcher',
    pid: process.pid,
    startTime: startTimeOf(process.pid),
    since: new Date().toISOString(),
  }
  const other = claimStack(paths.run, own)
  if (other)
    throw new Advice(
      `This stack runs already (launcher pid ${other.pid}): npm run status shows where; end that one first, or run npm run reset.`,
    )
  recordCommandsIn(paths.run)
  const stack = new Stack({ paths, node, hasLab, isThrowAway, isDurable, portOffset })
  try {
    await stack.prepare()
  } catch (error) {
    removeRecord(paths.run, 'launcher')
    throw error
  }
  return stack
}

/** Ends every recorded process of a stack whose launcher is gone, in order; the launcher's own record goes last. */
export async function endLeftovers(paths) {
  const names = listRecords(paths.run).filter((name) => name !== 'launcher')
  const rank = (name) => (stopOrder.includes(name) ? stopOrder.indexOf(name) : -1)
  for (const name of names.sort((a, b) => rank(a) - rank(b))) {
    const survivor = findSurvivor(paths, name)
    const signal = name === 'postgres' ? 'SIGINT' : 'SIGTERM'
    if (survivor)
      await step(`Ending ${name} (pid ${survivor.pid})`, () =>
        stopProcess(survivor, { limitMs: stopLimitsMs[name], signal }),
      )
    removeRecord(paths.run, name)
  }
  removeRecord(paths.run, 'launcher')
}
