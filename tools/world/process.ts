import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { endsWithParent } from '../lab/ends-with-parent.ts'

/** A process of a test world: in its own session, output to a file, killed by its own id or by the end of the test's process. */
export class WorldProcess {
  private child: ChildProcess | undefined
  private readonly options: {
    command: string
    args: string[]
    env: Record<string, string>
    logFile: string
    isReady: () => Promise<boolean>
  }

  constructor(options: WorldProcess['options']) {
    this.options = options
  }

  async start(): Promise<void> {
    const out = openSync(this.options.logFile, 'a')
    const child = spawn(...endsWithParent(this.options.command, this.options.args, 'KILL'), {
      // Next widens ProcessEnv to demand NODE_ENV; these processes get only what is listed.
      env: this.options.env as NodeJS.ProcessEnv,
      detached: true,
      stdio: ['ignore', out, out],
    })
    this.child = child
    for (const end = Date.now() + 60_000; !(await this.options.isReady().catch(() => false)); await wait(100)) {
      if (this.child.exitCode !== null)
        throw new Error(`${this.options.args.join(' ')} ended at start: see ${this.options.logFile}`)
      if (Date.now() > end)
        throw new Error(`${this.options.args.join(' ')} was not ready within a minute: see ${this.options.logFile}`)
    }
  }

  /** Whether the process that was started last still runs. */
  isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null
  }

  /** Sends the signal and waits for the end. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child } = this
    if (!child || !this.isRunning()) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await gone
    clearTimeout(late)
  }
}

export async function isOk(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
  await answer.arrayBuffer()
  return answer.ok
}
