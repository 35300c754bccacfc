import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readTextIfThere } from '../../state/durable-file.ts'
import { wait } from '../../wait.ts'
import type { AptRoot } from './apt-root.ts'

/** Process that holds dpkg's or apt's lock of this root, null when it is free. Lock files themselves say nothing. */
export function findLockOwner(apt: AptRoot): number | null {
  return findOwner(['lock', 'lock-frontend'].map((name) => join(apt.adminDir, name)))
}

/** Process that puts new lists of the archives in place, null when nobody does. */
export function findListsOwner(apt: AptRoot): number | null {
  return findOwner([join(dirname(apt.adminDir), 'apt/lists/lock')])
}

function findOwner(lockFiles: readonly string[]): number | null {
  const inodes = new Set<string>()
  for (const path of lockFiles) {
    try {
      inodes.add(String(statSync(path).ino))
    } catch {
      // No lock file: nobody ever held it.
    }
  }
  for (const line of (readTextIfThere('/proc/locks') ?? '').split('\n')) {
    // "1: POSIX  ADVISORY  WRITE 12485 08:01:123456 0 EOF"; waiting ones have "->".
    const match = /^\d+: POSIX\s+ADVISORY\s+WRITE\s+(\d+)\s+\S+:(\d+)\s/.exec(line)
    if (match?.[2] && inodes.has(match[2])) return Number(match[1])
  }
  return null
}

/** Waits until no process holds the locks. Says false when that took longer than `limitMs`. */
export async function waitForLocks(apt: AptRoot, limitMs: number, pauseMs = 200): Promise<boolean> {
  const until = performance.now() + limitMs
  while (findLockOwner(apt) !== null) {
    if (performance.now() > until) return false
    await wait(pauseMs)
  }
  return true
}
