import { runAgent } from '../run-agent.ts'

/**
 * The agent as a process of a test: `<state folder> <kill at>`. Kills itself without notice once an entry of that kind
 * (`permitted`, `set-running:install` …) is on the disk; a number after `#` says the how manieth. With `throw ` before it an
 * error is thrown there instead. `root` = before it keeps a newer root of the signing keys.
 */
const [stateDir = '', killAt = ''] = process.argv.slice(2)
const isThrown = killAt.startsWith('throw ')
const [wanted, count = '1'] = killAt.replace('throw ', '').split('#')
let seen = 0
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
await runAgent(
  {
    stateDir,
    // Fetched and found good, and not yet on the disk.
    observeRoot: () => {
      if (killAt === 'root') process.kill(process.pid, 'SIGKILL')
    },
    observe: (_, entry) => {
      const name = entry.kind === 'set-running' ? `${entry.kind}:${entry.running.direction}` : entry.kind
      if (name === wanted) seen += 1
      if (wanted === '' || seen !== Number(count) || name !== wanted) return
      if (isThrown) throw new Error('an error of the test')
      process.kill(process.pid, 'SIGKILL')
    },
  },
  stop.signal,
)
