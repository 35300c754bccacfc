import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isSameProcess, readRecord, startTimeOf, writeRecord } from './run/process-identity.mjs'
import { makeFakeCheckout } from './testing/fake-checkout.mjs'

const names = ['lab', 'web', 'door', 'worker', 'mail', 'temporal', 'postgres']
let root
let run
const started = []

// The test run's own database, Temporal and mail must not pass for a user's.
const ofTestRun = /^(TEMPORAL_|TEST_|PUBLIC_|MAIL_)|DATABASE_URL$/
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofTestRun.test(name)))

/** Starts the launcher in the fake checkout; `text()` is what it printed so far, `ended` its exit code. */
function launch(...args) {
  const child = spawn(process.execPath, ['tools/stack/launch.mjs', ...args], { cwd: root, env, detached: true })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const ended = new Promise((done) => child.on('close', done))
  started.push(child)
  return { child, ended, text: () => text }
}

async function launchReady(command) {
  const started = launch(command)
  await vi.waitFor(() => expect(started.text().split('\n'), started.text()).toContain('ready'), {
    timeout: 120_000,
    interval: 100,
  })
  return started
}
const launchDemo = () => launchReady('demo')

const records = () => names.map((name) => readRecord(run, name)).filter(Boolean)

beforeEach(() => {
  root = makeFakeCheckout()
  run = join(root, '.patchward', 'run')
})

afterEach(async () => {
  await launch('reset').ended
  for (const child of started.splice(0)) if (startTimeOf(child.pid)) child.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

test('the demo starts, says where, and Ctrl-C leaves no process; the state is there at the next start', async () => {
  const busy = createServer()
  await new Promise((done) => busy.listen(0, '127.0.0.1', done))
  const { port } = busy.address()
  mkdirSync(join(root, '.patchward'))
  writeFileSync(join(root, '.patchward', 'ports.json'), JSON.stringify({ web: port }))

  const demo = await launchDemo()
  expect(demo.text()).toMatch(new RegExp(`port ${port} is taken: web listens on \\d+`))
  expect(demo.text()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/sign-in\?for=owner@northfold\.example/)
  expect(demo.text()).toMatch(/curl .*"version":"3\.0".* http:\/\/127\.0\.0\.1:1\/publish/)
  const running = records()
  expect(running.map(({ name }) => name)).toEqual(names)
  expect(running.every(isSameProcess)).toBe(true)

  const status = launch('status', '--json')
  await status.ended
  const { services, launcher } = JSON.parse(status.text())
  expect(launcher.pid).toBe(demo.child.pid)
  expect(services.map(({ name, state }) => `${name} ${state}`)).toEqual(
    [...names].reverse().map((name) => `${name} running`),
  )

  const second = launch('demo')
  expect(await second.ended).toBe(1)
  expect(second.text()).toContain(`runs already (launcher pid ${demo.child.pid})`)

  demo.child.kill('SIGINT')
  expect(await demo.ended, demo.text()).toBe(0)
  expect(running.filter(isSameProcess)).toEqual([])
  expect(records()).toEqual([])

  const again = await launchDemo()
  again.child.kill('SIGTERM')
  expect(await again.ended).toBe(0)
  expect(readFileSync(join(root, 'seeded.txt'), 'utf8')).toBe('demo\n')
  await new Promise((done) => busy.close(done))
})

test('after kill -9 the next start adopts the databases and ends only what is ours', async () => {
  const demo = await launchDemo()
  const before = Object.fromEntries(records().map((record) => [record.name, record]))
  demo.child.kill('SIGKILL')
  await demo.ended
  expect(Object.values(before).every(isSameProcess)).toBe(true)

  const orphan = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' })
  started.push(orphan)
  writeRecord(run, `command-${orphan.pid}`, { pid: orphan.pid, startTime: startTimeOf(orphan.pid) })

  // The lab's number now belongs to somebody else: pid alone must not be enough.
  const innocent = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' })
  started.push(innocent)
  process.kill(before.lab.pid, 'SIGKILL')
  writeRecord(run, 'lab', { ...before.lab, pid: innocent.pid })

  const next = await launchDemo()
  const after = Object.fromEntries(records().map((record) => [record.name, record]))
  expect([after.postgres.pid, after.temporal.pid]).toEqual([before.postgres.pid, before.temporal.pid])
  expect(after.web.pid).not.toBe(before.web.pid)
  expect(['web', 'door', 'worker'].filter((name) => isSameProcess(before[name]))).toEqual([])
  expect(startTimeOf(innocent.pid)).toBeDefined()
  expect(startTimeOf(orphan.pid)).toBeUndefined()

  process.kill(after.postgres.pid, 'SIGKILL')
  await vi.waitFor(() => expect(next.text()).toContain('✓ postgres runs again'), { timeout: 60_000, interval: 100 })
  expect(next.text()).toMatch(/postgres ended \(gone\); starting it again in 1 s/)

  next.child.kill('SIGINT')
  expect(await next.ended, next.text()).toBe(0)
  expect(Object.values(after).filter(isSameProcess)).toEqual([])
})

test('dev starts without the lab, watches the sources, and Ctrl-C ends it all the same', async () => {
  const dev = await launchReady('dev')
  expect(records().map(({ name }) => name)).toEqual(names.filter((name) => name !== 'lab'))
  const worker = readRecord(run, 'worker').pid
  writeFileSync(join(root, 'workflows', 'worker.ts'), `${readFileSync(join(root, 'workflows', 'worker.ts'), 'utf8')}\n`)
  await vi.waitFor(() => expect(dev.text()).toContain('✓ worker runs again'), { timeout: 60_000, interval: 100 })
  expect(readRecord(run, 'worker').pid).not.toBe(worker)
  dev.child.kill('SIGINT')
  expect(await dev.ended, dev.text()).toBe(0)
  expect(records()).toEqual([])
})

test('the bench gets what it measures on, and leaves nothing behind', async () => {
  const bench = launch('bench', 'pause')
  expect(await bench.ended, bench.text()).toBe(0)
  expect(bench.text()).toContain('TEST_TEMPLATE_DATABASE is there')
  expect(bench.text()).not.toContain('is missing')
  expect(bench.text()).toContain('asked for pause')
  expect(existsSync(join(root, '.patchward', 'tests')) ? readdirSync(join(root, '.patchward', 'tests')) : []).toEqual(
    [],
  )
})

test('a missing part is named in one sentence; reset forgets everything', async () => {
  rmSync(join(root, 'workflows', 'worker.ts'))
  const demo = launch('demo')
  expect(await demo.ended).toBe(1)
  expect(demo.text().trim()).toMatch(
    /^workflows\/worker\.ts is missing from this checkout, so there is no worker to start; .*$/,
  )
  mkdirSync(join(root, '.patchward', 'logs'), { recursive: true })
  expect(await launch('reset').ended).toBe(0)
  expect(existsSync(join(root, '.patchward'))).toBe(false)
})
