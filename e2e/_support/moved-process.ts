import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkout } from './stack.ts'

const clock = fileURLToPath(new URL('./moved-clock.ts', import.meta.url))
const readyLimitMs = 60_000

/** A process of the product whose clock is moved from outside: see `moved-clock.ts`. */
export interface MovedProcess {
  /** Done when its clock is so far ahead. */
  moveClock(aheadMs: number): Promise<void>
  stop(): Promise<void>
}

/** Starts a program of the checkout, and waits until `readyUrl` says that it is ready. Nothing but `env` reaches it. */
export async function startMoved(
  args: readonly string[],
  {
    env,
    aheadMs,
    readyUrl,
    logFile,
  }: { env: Record<string, string>; aheadMs: number; readyUrl: string; logFile: string },
): Promise<MovedProcess> {
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, ['--import', clock, ...args], {
    cwd: checkout,
    env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...env, CLOCK_AHEAD_MS: String(aheadMs) },
    stdio: ['ignore', log, log, 'ipc'],
  })
  await waitUntilReady(child, readyUrl, logFile)
  return {
    moveClock: (to) =>
      new Promise((resolve, reject) => {
        child.once('message', () => resolve())
        child.send(to, (error) => error && reject(error))
      }),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await new Promise((resolve) => child.once('exit', resolve))
    },
  }
}

async function waitUntilReady(child: ChildProcess, address: string, logFile: string): Promise<void> {
  const giveUpAt = Date.now() + readyLimitMs
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}: see ${logFile}`)
    const response = await fetch(address).catch(() => null)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  child.kill('SIGKILL')
  throw new Error(`${address} was not ready within a minute: see ${logFile}`)
}
