import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AptRoot } from './apt-root.ts'

/** Hash of apt's lists as they lie: equal = no archive has said anything new. */
export function hashLists(apt: AptRoot): string {
  const listsDir = join(dirname(apt.adminDir), 'apt/lists')
  let names: string[] = []
  try {
    names = readdirSync(listsDir).sort()
  } catch {
    // No lists yet: the hash of nothing.
  }
  return hashOfFiles(names.filter((name) => name !== 'lock').map((name) => join(listsDir, name)))
}

/** Hash of dpkg's state as it lies. */
export function hashStatus(apt: AptRoot): string {
  return hashOfFiles([join(apt.adminDir, 'status')])
}

function hashOfFiles(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) {
    try {
      const { size, mtimeMs, ino } = statSync(path)
      hash.update(`${path} ${size} ${mtimeMs} ${ino}\n`)
    } catch {
      hash.update(`${path} -\n`)
    }
  }
  return hash.digest('hex')
}
