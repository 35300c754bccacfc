import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfThere } from './durable-file.ts'
import { readStartTicks } from './process-identity.ts'

/** Who holds a state folder, null when nobody that still runs does. */
export function findStateOwner(stateDir: string): number | null {
  const match = /^(\d+) (\d+)\n?$/.exec(readTextIfThere(join(stateDir, 'lock')) ?? '')
  if (!match) return null
  return readStartTicks(Number(match[1])) === match[2] ? Number(match[1]) : null
}

/**
 * Takes the state folder for this process. Throws when another running agent holds it.
 * Returns the release.
 */
export function takeStateLock(stateDir: string): () => void {
  const path = join(stateDir, 'lock')
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const handle = openSync(path, 'wx', 0o600)
      writeSync(handle, `${process.pid} ${readStartTicks(process.pid) ?? 0}\n`)
      fsyncSync(handle)
      closeSync(handle)
      return () => rmSync(path, { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      const owner = findStateOwner(stateDir)
      if (owner !== null) throw new Error(`another agent (pid ${owner}) already runs on ${stateDir}`)
      rmSync(path, { force: true })
    }
  }
  throw new Error(`cannot take the lock of ${stateDir}`)
}
