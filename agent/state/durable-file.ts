import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } = constants
/** In the state folder nothing is read or written through a link. */
const forDraft = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
const forLines = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW

/** Makes a rename or a new name in a folder survive a power cut. */
export function syncFolder(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Replaces a file as a whole: after a crash, or when the disk is full, the old or the new text is there, never a part. */
export function writeFileDurably(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.new`
  const handle = openSync(draft, forDraft, mode)
  try {
    writeFileSync(handle, text)
    fsyncSync(handle)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(handle)
  }
  renameSync(draft, path)
  syncFolder(dirname(path))
}

/**
 * Appends one JSON line and waits until it is on the disk; the folder too when `isNew`. Throws when the disk is full, and
 * leaves the file as it was: half a line would spoil the next one.
 */
export function appendLineDurably(path: string, value: unknown, isNew: boolean): void {
  const handle = openAppended(path)
  try {
    const { size } = fstatSync(handle)
    try {
      writeFileSync(handle, `${JSON.stringify(value)}\n`)
      fsyncSync(handle)
    } catch (error) {
      ftruncateSync(handle, size)
      throw error
    }
  } finally {
    closeSync(handle)
  }
  if (isNew) syncFolder(dirname(path))
}

/** Opens a file of the state folder for adding to its end. */
export function openAppended(path: string): number {
  return openSync(path, forLines, 0o600)
}

/** Replaces a file that may be lost with the power. */
export function writeFileLoosely(path: string, text: string): void {
  const handle = openSync(path, forDraft, 0o600)
  try {
    writeFileSync(handle, text)
  } finally {
    closeSync(handle)
  }
}

/** Text of a file of the state folder, null when it is not there. Throws when it cannot be read: that is no empty state. */
export function readOwnText(path: string): string | null {
  let handle: number
  try {
    handle = openSync(path, O_RDONLY | O_NOFOLLOW)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  try {
    return readFileSync(handle, 'utf8')
  } finally {
    closeSync(handle)
  }
}

/** Text of a file of the system, null when it is not there or not ours to read. */
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
  const text = readOwnText(path) ?? ''
  const end = text.lastIndexOf('\n') + 1
  const whole = text.slice(0, end)
  const lines: unknown[] = []
  for (const line of whole.split('\n')) if (line !== '') lines.push(JSON.parse(line))
  return { lines, wholeBytes: Buffer.byteLength(whole), isTorn: end !== text.length }
}
