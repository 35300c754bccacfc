import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Advice, lastLines } from '../advice.mjs'
import { isSameProcess, readRecord, removeRecord, startTimeOf, writeRecord } from './process-identity.mjs'
import { stopLimitsMs, stopOrder, stopProcess } from './stop-process.mjs'

/** The pause before the n-th restart in a row: 1 s, doubled each time, never above 30 s. */
export function backoffMs(attempt) {
  return Math.min(30_000, 1_000 * 2 ** Math.min(attempt, 10))
}

// A part that ran this long is healthy again: its next restart starts with the shortest pause.
const healthyAfterMs = 60_000

/**
 * Starts parts in their own sessions, restarts dead ones with back-off, stops them in order.
 * A part: { name, command, args, env, cwd?, uid?, gid?, version?, address?, port?, beforeStart?(), isReady(), readyLimitMs? }
 */
export class Supervisor {
  #parts = new Map()
  #isStopping = false
  #abort = new AbortController()

  constructor({ paths, say, stopLimits = stopLimitsMs, backoff = backoffMs }) {
    this.paths = paths
    this.say = say
    this.stopLimits = stopLimits
    this.backoff = backoff
  }

  /** Starts a part, or takes over the one that still runs, and waits until it is ready. */
  async start(part, { adopt } = {}) {
    if (this.#isStopping) throw new Advice('Interrupted.')
    const entry = { part, attempt: 0, record: adopt, isAdopted: adopt !== undefined }
    this.#parts.set(part.name, entry)
    if (!adopt) {
      entry.launching = this.#launch(entry)
      await entry.launching
    }
    await this.#waitReady(entry)
    this.#watch(entry)
  }

  /** The log file of a part. */
  logOf(name) {
    return join(this.paths.logs, `${name}.log`)
  }

  /** Ends a part and starts it again at once, for instance after its bundle was rebuilt. */
  async restart(name) {
    const entry = this.#parts.get(name)
    if (!entry || this.#isStopping) return
    await stopProcess(entry.record, { limitMs: this.stopLimits[name] })
  }

  /** Stops all parts in order; says what it waits for. */
  async stop() {
    this.#isStopping = true
    this.#abort.abort()
    const rank = (name) => (stopOrder.includes(name) ? stopOrder.indexOf(name) : -1)
    for (const name of [...this.#parts.keys()].sort((a, b) => rank(a) - rank(b))) await this.#stopOne(name)
  }

  async #stopOne(name) {
    const entry = this.#parts.get(name)
    await entry.launching?.catch(() => {})
    const waiting = setTimeout(() => this.say(`  waiting for ${name} to finish what it does`), 2_000)
    const outcome = await stopProcess(entry.record, {
      limitMs: this.stopLimits[name],
      signal: entry.part.stopSignal,
    })
    clearTimeout(waiting)
    if (outcome === 'killed') this.say(`  ${name} did not stop in time and was killed`)
    removeRecord(this.paths.run, name)
    this.#parts.delete(name)
  }

  async #launch(entry) {
    const { part } = entry
    await part.beforeStart?.()
    if (this.#isStopping) return
    const log = openSync(this.logOf(part.name), 'a', 0o600)
    entry.logFrom = statSync(this.logOf(part.name)).size
    try {
      const { command, args, env, cwd, uid, gid } = part
      const child = spawn(command, args, { env, cwd, uid, gid, detached: true, stdio: ['ignore', log, log] })
      entry.exit = new Promise((done) => {
        child.once('error', (error) => done(error.message))
        child.once('exit', (code, signal) => done(signal ?? `exit code ${code}`))
      })
      const startTime = startTimeOf(child.pid)
      entry.startedAt = Date.now()
      entry.isAdopted = false
      entry.record = { name: part.name, pid: child.pid, startTime, since: new Date().toISOString() }
      Object.assign(entry.record, { version: part.version, address: part.address, port: part.port })
      if (child.pid) writeRecord(this.paths.run, part.name, entry.record)
    } finally {
      closeSync(log)
    }
  }

  #logTail(entry) {
    const text = readFileSync(this.logOf(entry.part.name))
      .subarray(entry.logFrom ?? 0)
      .toString()
    return lastLines(text)
  }

  async #waitReady(entry) {
    const { part } = entry
    const until = Date.now() + (part.readyLimitMs ?? 60_000)
    while (!(await part.isReady())) {
      if (this.#isStopping) return
      if (!isSameProcess(entry.record)) {
        const how = entry.isAdopted ? 'gone' : await entry.exit
        throw new Advice(
          `${part.name} ended before it was ready (${how}); see ${this.logOf(part.name)}.\n${this.#logTail(entry)}`,
        )
      }
      if (Date.now() > until) {
        throw new Advice(`${part.name} is not ready in time; see ${this.logOf(part.name)}.\n${this.#logTail(entry)}`)
      }
      await delay(100)
    }
  }

  async #watch(entry) {
    while (!this.#isStopping) {
      const how = await this.#whenEnded(entry)
      if (this.#isStopping) return
      if (Date.now() - (entry.startedAt ?? 0) > healthyAfterMs) entry.attempt = 0
      const pauseMs = this.backoff(entry.attempt++)
      this.say(`! ${entry.part.name} ended (${how}); starting it again in ${pauseMs / 1000} s`)
      try {
        await delay(pauseMs, undefined, { signal: this.#abort.signal })
        entry.launching = this.#launch(entry)
        await entry.launching
        await this.#waitReady(entry)
        if (!this.#isStopping) this.say(`✓ ${entry.part.name} runs again`)
      } catch (error) {
        if (!this.#isStopping) this.say(`! ${lastLines(error.message, 6)}`)
      }
    }
  }

  /** An adopted process is no child of ours: only looking tells that it ended. */
  async #whenEnded(entry) {
    if (!entry.isAdopted) return (await entry.exit) ?? 'gone'
    while (isSameProcess(entry.record)) {
      if (this.#isStopping) return 'stopped'
      await delay(500)
    }
    return 'gone'
  }
}

/** The still running process of an earlier launcher, or undefined; forgets a record whose process is gone. */
export function findSurvivor(paths, name) {
  const record = readRecord(paths.run, name)
  if (isSameProcess(record)) return record
  removeRecord(paths.run, name)
  return undefined
}
