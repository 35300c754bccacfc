import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a rename or a new name in a folder survive a power cut. */
export function syncFolder(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Replaces a file as a whole: after a crash the old or the new text is there, never a part. */
export function writeFileDurably(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.new`
  const handle = openSync(draft, 'w', mode)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(draft, path)
  syncFolder(dirname(path))
}

/** Appends one JSON line and waits until it is on the disk; the folder too when `isNew`. */
export function appendLineDurably(path: string, value: unknown, isNew: boolean): void {
  const handle = openSync(path, 'a', 0o600)
  try {
    writeSync(handle, `${JSON.stringify(value)}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  if (isNew) syncFolder(dirname(path))
}

/** Text of a file, or null when it is not there. */
export function readTextIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/**
 * The whole lines of a JSON-lines file. A last line that a crash cut short was never acted on: it is left out,
 * and `wholeBytes` says where it starts so that the caller can cut it off.
 */
export function readJsonLines(path: string): { lines: unknown[]; wholeBytes: number; isTorn: boolean } {
  const text = readTextIfThere(path) ?? ''
  const end = text.lastIndexOf('\n') + 1
  const whole = text.slice(0, end)
  const lines: unknown[] = []
  for (const line of whole.split('\n')) if (line !== '') lines.push(JSON.parse(line))
  return { lines, wholeBytes: Buffer.byteLength(whole), isTorn: end !== text.length }
}
