import { runAgent } from '../run-agent.ts'

/**
 * The agent as a process of a test: `<state folder> <kill at>`. Kills itself without notice once an entry of that kind
 * (`permitted`, `set-running:install` …) is on the disk; a number after `#` says the how manieth.
 */
const [stateDir = '', killAt = ''] = process.argv.slice(2)
const [wanted, count = '1'] = killAt.split('#')
let seen = 0
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
await runAgent(
  {
    stateDir,
    observe: (_, entry) => {
      const name = entry.kind === 'set-running' ? `${entry.kind}:${entry.running.direction}` : entry.kind
      if (name === wanted) seen += 1
      if (wanted !== '' && seen === Number(count) && name === wanted) process.kill(process.pid, 'SIGKILL')
    },
  },
  stop.signal,
)
