import { join } from 'node:path'
import { readTextIfThere, writeFileDurably } from './durable-file.ts'

const blockSize = 1_000

/**
 * Counter of the signed requests. Blocks of 1,000 are reserved on disk before use, so that no value comes twice,
 * not even after a crash; what was left of a block is skipped.
 */
export function openRequestCounter(stateDir: string): () => number {
  const path = join(stateDir, 'request-counter')
  const stored = Number(readTextIfThere(path) ?? '0')
  if (!Number.isSafeInteger(stored) || stored < 0) throw new Error(`${path} does not hold a number`)
  let next = stored + 1
  let reserved = stored
  return () => {
    if (next > reserved) {
      reserved = next + blockSize - 1
      writeFileDurably(path, `${reserved}\n`)
    }
    const value = next
    next += 1
    return value
  }
}
