import { Advice } from './advice.mjs'
import { say } from './progress.mjs'
import { interruptCommands } from './run-command.mjs'

const commands = [
  'demo',
  'dev',
  'test',
  'check',
  'bench',
  'migrate',
  'status',
  'reset',
  'link',
  'audit:verify',
  'secrets:rotate',
  'keys:rotate',
]

const [name, ...rest] = process.argv.slice(2)
const args = rest.filter((arg) => arg !== '--')
if (!commands.includes(name)) {
  say(`Usage: npm run <${commands.join(' | ')}>`)
  process.exit(2)
}

// The first signal stops everything in order; further ones only say so, because a package transaction may be running.
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    say(interruption.signal.aborted ? 'Still stopping, in order …' : '\nStopping in order …')
    interruption.abort()
    interruptCommands()
  })
}

try {
  const command = await import(`./commands/${name.replace(':', '-')}.mjs`)
  process.exitCode = (await command.run(args, { signal: interruption.signal })) ?? 0
} catch (error) {
  if (interruption.signal.aborted) process.exitCode = 130
  else {
    console.error(error instanceof Advice ? `\n${error.message}` : error)
    process.exitCode = 1
  }
}
