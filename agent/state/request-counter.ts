import { join } from 'node:path'
import { readOwnText, writeFileDurably } from './durable-file.ts'

const blockSize = 1_000

/** Counter of the signed requests of a device. */
export interface RequestCounter {
  next(): number
  /** Goes on above `value`; never back. For a device that was restored from an image: the door has seen higher ones. */
  jumpAbove(value: number): void
}

/** A request's header has room for 15 digits; what a door says beyond this is not believed. */
const highest = 9e14

/**
 * Blocks of 1,000 are reserved on disk before use, so that no value comes twice, not even after a crash; what was left of a
 * block is skipped.
 */
export function openRequestCounter(stateDir: string): RequestCounter {
  const path = join(stateDir, 'request-counter')
  const stored = Number(readOwnText(path) ?? '0')
  if (!Number.isSafeInteger(stored) || stored < 0) throw new Error(`${path} does not hold a number`)
  let following = stored + 1
  let reserved = stored
  return {
    next: () => {
      if (following > reserved) {
        reserved = following + blockSize - 1
        writeFileDurably(path, `${reserved}\n`)
      }
      const value = following
      following += 1
      return value
    },
    jumpAbove: (value) => {
      if (Number.isSafeInteger(value) && value >= following && value < highest) following = value + 1
    },
  }
}
