// Stands in for the agent where the lab's own handling of agent processes is tested. It knows the two commands of the
// agent's command line, and on SIGUSR2 starts an apt transaction that outlives it.
import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [command, ...rest] = process.argv.slice(2)
const option = (name) => rest[rest.indexOf(name) + 1]
const state = option('--state')
const root = option('--apt-root')
mkdirSync(state, { recursive: true })

if (command === 'enrol') {
  const token = readFileSync(0, 'utf8').trim()
  if (token === 'refused') {
    console.error('token-used: this token was used before')
    process.exit(2)
  }
  const config = { v: 1, deviceId: 'device-1', server: option('--server'), hostName: option('--host-name') }
  writeFileSync(join(state, 'config.json'), JSON.stringify(config))
  appendFileSync(join(state, 'enrolments'), `${option('--host-name')} ${option('--server')} ${token}\n`)
} else {
  process.on('SIGTERM', () => {
    appendFileSync(join(state, 'stops'), `${process.pid}\n`)
    process.exit(0)
  })
  process.on('SIGUSR2', () => {
    const env = { ...process.env, APT_CONFIG: join(root, 'etc/apt.conf') }
    const options = ['-o', 'Dpkg::Options::=--force-confold', '--allow-downgrades', '--reinstall']
    const install = ['-c', `apt-get -q update; exec apt-get -y -q ${options.join(' ')} install lab-svc=1.0`]
    spawn('sh', install, { env, detached: true, stdio: 'ignore' }).unref()
  })
  // Last: who reads these may send signals at once.
  writeFileSync(join(state, 'environment.json'), JSON.stringify(process.env))
  appendFileSync(join(state, 'runs'), `${process.pid}\n`)
  setInterval(() => {}, 60_000)
}
