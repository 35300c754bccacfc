import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { endsWithParent } from './ends-with-parent.ts'
import { endProcess, endRememberedProcess, identifyProcess, rememberProcess } from './own-process.ts'
import { waitForPackaging } from './wait-for-packaging.ts'

/** A real agent in its own session, started again after a crash as its systemd unit would do; it ends with who runs it. */
export type AgentProcess = {
  start: () => Promise<void>
  /** SIGTERM, waits for the agent, then for an apt or dpkg it left running. */
  stop: () => Promise<void>
  /** SIGKILL to the agent alone; a running dpkg goes on. It stays down until `start`. */
  kill: () => Promise<void>
  pid: () => number | null
}

// Together under the three minutes that the launcher gives the whole lab.
const stopLimitMs = 90_000
const packagingLimitMs = 60_000
const restartAfterMs = { first: 1000, last: 30_000 }

/** `args` are given to Node, `env` is all the agent sees of the environment. Output is appended to `logFile`; `processFile` remembers pid and start time. */
export function agentProcess(options: {
  args: string[]
  env: NodeJS.ProcessEnv
  rootPath: string
  logFile: string
  processFile: string
}): AgentProcess {
  let child: ChildProcess | null = null
  let isWanted = false
  let restartMs = restartAfterMs.first
  let timer: NodeJS.Timeout | undefined

  const launch = async () => {
    mkdirSync(dirname(options.logFile), { recursive: true })
    const log = openSync(options.logFile, 'a')
    const started = spawn(...endsWithParent(process.execPath, options.args), {
      cwd: dirname(options.logFile),
      env: options.env,
      detached: true,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    child = started
    const startedMs = performance.now()
    const again = () => {
      if (child !== started) return
      child = null
      if (!isWanted) return
      restartMs = performance.now() - startedMs > 60_000 ? restartAfterMs.first : restartMs
      timer = setTimeout(() => launch().catch(() => {}), restartMs)
      restartMs = Math.min(restartMs * 2, restartAfterMs.last)
    }
    started.once('exit', again)
    started.once('error', again)
    if (started.pid) await rememberProcess(options.processFile, started.pid)
  }
  const letGo = () => {
    isWanted = false
    clearTimeout(timer)
    const running = child
    child = null
    return running?.pid && running.exitCode === null && running.signalCode === null ? running : null
  }

  return {
    start: async () => {
      if (isWanted) return
      isWanted = true
      restartMs = restartAfterMs.first
      await endRememberedProcess(options.processFile, stopLimitMs)
      await launch()
    },
    stop: async () => {
      const running = letGo()
      const identity = running?.pid ? await identifyProcess(running.pid) : null
      if (identity) await endProcess(identity, stopLimitMs)
      await waitForPackaging(options.rootPath, packagingLimitMs)
      await rm(options.processFile, { force: true })
    },
    kill: async () => {
      const running = letGo()
      if (!running) return
      running.kill('SIGKILL')
      await once(running, 'exit')
    },
    pid: () => child?.pid ?? null,
  }
}
