import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { waitUntilReady } from './own-web.ts'
import { checkout } from './stack.ts'

const clock = fileURLToPath(new URL('./moved-clock.ts', import.meta.url))

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
  await waitUntilReady(child, readyUrl).catch((error: Error) => {
    throw new Error(`${error.message}: see ${logFile}`)
  })
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
