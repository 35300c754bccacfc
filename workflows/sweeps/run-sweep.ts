import type { Logger } from 'pino'
import { rootCause } from '../../server/database-error.ts'

/** A set-based loop of the worker. `run` answers how much it did: more than nothing means look again at once. */
export interface Sweep {
  name: string
  intervalMs: number
  run: () => Promise<number>
}

/** Longest pause after failures, so that a database that comes back is noticed soon. */
const maxBackOffMs = 10_000

/** Runs a sweep until `signal` aborts: never two rounds at once, back-off while it fails, one log line a new failure. */
export async function runSweep(sweep: Sweep, log: Logger, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    let done = 0
    try {
      done = await sweep.run()
      if (failures > 0) log.info({ sweep: sweep.name }, 'sweep works again')
      failures = 0
    } catch (error) {
      failures += 1
      const err = error instanceof Error ? rootCause(error) : error
      if (failures === 1) log.error({ sweep: sweep.name, err }, 'sweep failed, trying again')
    }
    const pauseMs =
      failures > 0
        ? Math.min(maxBackOffMs, sweep.intervalMs * 2 ** Math.min(failures, 6))
        : done > 0
          ? 0
          : sweep.intervalMs
    await pause(pauseMs, signal)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
