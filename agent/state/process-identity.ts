import { readTextIfThere } from './durable-file.ts'

/**
 * Start time of a process in clock ticks since boot, null when it is not running (a zombie is not).
 * With the pid it names a process for good: pids are used again.
 */
export function readStartTicks(pid: number): string | null {
  const stat = readTextIfThere(`/proc/${pid}/stat`)
  if (stat === null) return null
  // The command name may hold spaces and brackets: fields count from the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}
