import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The fields after the command name of /proc/<pid>/stat; the name itself may hold blanks and brackets. */
export function parseStat(text) {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0], group: Number(fields[2]), session: Number(fields[3]), startTime: fields[19] }
}

function readStat(pid) {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined
  }
}

const hasProc = existsSync('/proc/self/stat')
let bootId
function readBootId() {
  bootId ??= hasProc ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : ''
  return bootId
}

/** What tells a process from a later one with the same number, or undefined when it is gone (or only a zombie). */
export function startTimeOf(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  if (hasProc) {
    const stat = readStat(pid)
    return stat && stat.state !== 'Z' && stat.state !== 'X' ? `${readBootId()}/${stat.startTime}` : undefined
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}

/** True when exactly the recorded process still runs: pid and start time both match. */
export function isSameProcess(record) {
  return record !== undefined && record.startTime !== undefined && startTimeOf(record.pid) === record.startTime
}

/** The living members of a process group. */
export function groupMembers(group) {
  if (!hasProc) {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,state='], { encoding: 'utf8' }).trim().split('\n')
    const parsed = rows.map((row) => row.trim().split(/\s+/))
    return parsed.filter(([, id, state]) => Number(id) === group && !state?.startsWith('Z')).map(([pid]) => Number(pid))
  }
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  return pids.filter((pid) => {
    const stat = readStat(pid)
    return stat?.group === group && stat.state !== 'Z' && stat.state !== 'X'
  })
}

const fileOf = (folder, name) => join(folder, `${name}.json`)

/** Writes who runs, whole or not at all, readable by the owner only. */
export function writeRecord(folder, name, record) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = fileOf(folder, name)
  const half = `${file}.${process.pid}`
  writeFileSync(half, JSON.stringify(record, null, 2), { mode: 0o600 })
  renameSync(half, file)
}

/** The record of a process, or undefined when there is none or it cannot be read. */
export function readRecord(folder, name) {
  try {
    return JSON.parse(readFileSync(fileOf(folder, name), 'utf8'))
  } catch {
    return undefined
  }
}

/** Forgets a process. */
export function removeRecord(folder, name) {
  rmSync(fileOf(folder, name), { force: true })
}

/** The names of all recorded processes, the launcher's own included. */
export function listRecords(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -5))
}

/** Claims a stack for this launcher; returns the record of the living launcher that has it, or undefined. */
export function claimStack(folder, record) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return inTurn(join(folder, 'launcher.turn'), () => {
    const before = readRecord(folder, 'launcher')
    if (isSameProcess(before)) return before
    writeRecord(folder, 'launcher', record)
    return undefined
  })
}

/** A turn takes milliseconds: one this old was left behind by a launcher that was killed in it. */
const turnMs = 5_000

/** Looking and writing are two steps: of several that come at once, one after the other does both. A folder is made by one only. */
function inTurn(turn, work) {
  for (;;) {
    try {
      mkdirSync(turn)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const madeAt = statSync(turn, { throwIfNoEntry: false })?.mtimeMs
      if (madeAt !== undefined && Date.now() - madeAt > turnMs) rmSync(turn, { recursive: true, force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
  try {
    return work()
  } finally {
    rmSync(turn, { recursive: true, force: true })
  }
}
