import { spawn } from 'node:child_process'
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfThere, syncFolder } from '../../state/durable-file.ts'
import { wait } from '../../wait.ts'
import type { AptRoot } from './apt-root.ts'
import { waitForLocks } from './package-locks.ts'
import { type Change, installTargets } from './simulate-changes.ts'

/**
 * The wrapper around one transaction: claims it (so that it runs at most once, whoever looks), names itself, runs the
 * command, keeps its exit code. It lives in its own session: the end of the agent is not its end.
 */
const wrapper = `mkdir "$1/started" 2>/dev/null || exit 0
echo $$ > "$1/pid.new" && mv "$1/pid.new" "$1/pid"
folder=$1
shift
"$@" > "$folder/output" 2>&1 < /dev/null
echo $? > "$folder/result.new" && sync "$folder/result.new" && mv "$folder/result.new" "$folder/result"`

const wrapperName = 'patchward-transaction'

/** How a transaction ended: `exitCode` null = it or its wrapper was killed. It never says whether the packages are right. */
export type TransactionEnd = { isStarted: false } | { isStarted: true; exitCode: number | null; output: string }

/** Arguments of `apt-get` for a set, complete: exact files, settings of administrators kept, no removal beyond the order. */
export function transactionArguments(apt: AptRoot, changes: readonly Change[], isUndo: boolean): string[] {
  const hasRemoval = changes.some(({ toVersion }) => toVersion === null)
  return [
    '-y',
    '-q',
    ...(hasRemoval ? [] : ['--no-remove']),
    ...(isUndo ? ['--allow-downgrades'] : []),
    ...['-o', 'DPkg::Lock::Timeout=600'],
    ...['-o', 'Dpkg::Use-Pty=0'],
    ...['-o', 'Dpkg::Options::=--force-confdef'],
    ...['-o', 'Dpkg::Options::=--force-confold'],
    'install',
    ...installTargets(apt, changes),
  ]
}

/** Runs `apt-get` detached from the agent, with its files in `folder`, and waits for its end. */
export async function runTransaction(apt: AptRoot, folder: string, args: readonly string[]): Promise<TransactionEnd> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  syncFolder(join(folder, '..'))
  const child = spawn('/bin/sh', ['-c', wrapper, wrapperName, folder, 'apt-get', ...args], {
    env: apt.env,
    cwd: '/',
    detached: true,
    stdio: 'ignore',
  })
  child.unref()
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve())
  })
  return readTransaction(folder)
}

/**
 * Comes back to a transaction after a restart of the agent: claims it when it never began, else waits until wrapper and
 * package manager are done with it. Throws when that takes longer than `limitMs`.
 */
export async function rejoinTransaction(apt: AptRoot, folder: string, limitMs: number): Promise<TransactionEnd> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  try {
    mkdirSync(join(folder, 'started'))
    return { isStarted: false }
  } catch {
    // It began: from here on it can only be waited for.
  }
  const until = performance.now() + limitMs
  // The wrapper writes its pid a moment after its claim; a machine that died in between never will.
  for (let look = 0; look < 20 && !existsSync(join(folder, 'pid')) && !isOver(folder); look += 1) await wait(50)
  while (!isOver(folder) && isWrapperAlive(folder)) {
    if (performance.now() > until) throw new Error('the package manager is still at work')
    await wait(100)
  }
  // A killed apt leaves dpkg running, and dpkg its lock.
  if (!(await waitForLocks(apt, Math.max(1_000, until - performance.now()))))
    throw new Error('another program holds the lock of the package manager')
  return readTransaction(folder)
}

function isOver(folder: string): boolean {
  return existsSync(join(folder, 'result'))
}

function isWrapperAlive(folder: string): boolean {
  const pid = (readTextIfThere(join(folder, 'pid')) ?? '').trim()
  if (!/^\d+$/.test(pid)) return false
  const command = (readTextIfThere(`/proc/${pid}/cmdline`) ?? '').split('\0')
  return command.includes(wrapperName) && command.includes(folder)
}

function readTransaction(folder: string): TransactionEnd {
  if (!existsSync(join(folder, 'started'))) return { isStarted: false }
  const code = (readTextIfThere(join(folder, 'result')) ?? '').trim()
  return {
    isStarted: true,
    exitCode: /^\d+$/.test(code) ? Number(code) : null,
    output: readTail(join(folder, 'output'), 32_000),
  }
}

function readTail(path: string, maxBytes: number): string {
  if (!existsSync(path)) return ''
  const handle = openSync(path, 'r')
  try {
    const size = fstatSync(handle).size
    const part = Buffer.alloc(Math.min(size, maxBytes))
    readSync(handle, part, 0, part.length, size - part.length)
    return part.toString('utf8')
  } finally {
    closeSync(handle)
  }
}
