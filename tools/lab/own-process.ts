import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { replaceFile } from './replace-file.ts'

/** A process that can be told from a later one with the same pid by its start time (clock ticks since boot). */
export type ProcessIdentity = { pid: number; startTicks: string }

/** Who runs under this pid now, or null. A zombie counts as gone. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field is the name in brackets and may hold spaces: count from its end.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const startTicks = rest[18]
  return startTicks && state !== 'Z' ? { pid, startTicks } : null
}

/** Remembers a started process in a file, so that the next start of the lab finds it after a crash. */
export async function rememberProcess(file: string, pid: number): Promise<void> {
  const identity = await identifyProcess(pid)
  if (identity) await replaceFile(file, JSON.stringify(identity))
}

/**
 * Ends the process a file remembers, only if pid and start time both match: SIGTERM, and SIGKILL after `graceMs`.
 * Does nothing when the file or the process is gone.
 */
export async function endRememberedProcess(file: string, graceMs: number): Promise<void> {
  if (!existsSync(file)) return
  // Written only by rememberProcess above.
  const identity = JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity
  await endProcess(identity, graceMs)
  await rm(file, { force: true })
}

/** Ends a process: SIGTERM, and SIGKILL after `graceMs`. Resolves when it is gone. */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  const isRunning = async () => (await identifyProcess(identity.pid))?.startTicks === identity.startTicks
  const until = performance.now() + graceMs
  let isKilled = false
  if (await isRunning()) signal(identity.pid, 'SIGTERM')
  while (await isRunning()) {
    if (!isKilled && performance.now() >= until) {
      isKilled = true
      signal(identity.pid, 'SIGKILL')
    }
    await wait(20)
  }
}

// It may be gone between the look and the signal.
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {}
}
