import { execFile, spawn } from 'node:child_process'
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { installedVersion } from '../tools/lab/read-root.ts'
import { makeTestArchive, type TestArchive, waitFor } from '../tools/lab/testing.ts'
import { waitForPackaging } from '../tools/lab/wait-for-packaging.ts'
import { buildAgent } from './build.ts'
import { FakeDoor } from './testing/fake-door.ts'
import { setFromInventory } from './testing/set-from-inventory.ts'
import { rootFingerprint } from './wire/envelope.ts'

const run = promisify(execFile)
// Any uid that owns nothing here; a normal user runs all of this as itself.
const otherUid = 64_322
const isRoot = process.getuid?.() === 0
const otherUser = isRoot ? [`--reuid=${otherUid}`, `--regid=${otherUid}`, '--clear-groups'] : []
// It ends with this process: a change of the user would take that from a child that only got it before.
const stepDown = ['setpriv', ...otherUser, '--pdeathsig', 'TERM', '--']

// The PATH of many normal users: no folder for administration.
const bareEnv = { ...process.env, PATH: '/usr/bin:/bin' }

let archive: TestArchive
let door: FakeDoor
let bundle: string
let node: string

beforeAll(async () => {
  archive = await makeTestArchive()
  chmodSync(archive.folder, 0o755)
  bundle = (await buildAgent(join(archive.folder, 'agent', 'patchward-agent.mjs'))).file
  node = join(archive.folder, 'node')
  copyFileSync(process.execPath, node)
})
afterAll(() => archive.remove())
beforeEach(async () => {
  door = await new FakeDoor().listen()
})
afterEach(() => door.close())

/** The bundle's command line as a normal user; a failure gives its words and code. */
async function agent(...args: string[]): Promise<{ code: number; text: string }> {
  const [command = '', ...rest] = [...stepDown, node, bundle, ...args]
  try {
    const { stdout } = await run(command, rest, { env: bareEnv, cwd: '/' })
    return { code: 0, text: stdout }
  } catch (error) {
    // What `execFile` throws carries both.
    const { code, stderr } = error as { code: number; stderr: string }
    return { code, text: stderr }
  }
}

async function makeUserRoot(name: string): Promise<{ home: string; root: string; state: string; tokenFile: string }> {
  const home = join(archive.folder, name)
  mkdirSync(home)
  const root = await archive.makeRoot(join(name, 'root'))
  appendFileSync(root.aptConfigFile, 'DPkg::Options { "--force-not-root"; };\n')
  const tokenFile = join(home, 'token')
  writeFileSync(tokenFile, `${door.token}.${rootFingerprint(door.root)}\n`)
  if (isRoot) await run('chown', ['-R', `${otherUid}:${otherUid}`, home])
  return { home, root: root.path, state: join(home, 'state'), tokenFile }
}

function enrolArguments(place: { root: string; state: string; tokenFile: string }): string[] {
  const { root, state, tokenFile } = place
  return [
    'enrol',
    '--server',
    door.url,
    '--token-file',
    tokenFile,
    '--state',
    state,
    '--apt-root',
    root,
    '--host-name',
    'bundle',
  ]
}

describe('the built agent, as a normal user', () => {
  test('has the hash that lies beside it', async () => {
    await run('sha256sum', ['-c', 'patchward-agent.mjs.sha256'], { cwd: join(archive.folder, 'agent') })
    expect((await agent('version')).text).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('enrols, installs a patch, and stays small', async () => {
    const place = await makeUserRoot('user')
    await archive.repository.publish({ name: 'lab-lib', version: '2.0' })
    expect(await agent(...enrolArguments(place))).toMatchObject({ code: 0 })
    expect(statSync(join(place.state, 'device-key.pem')).mode & 0o777).toBe(0o600)
    expect((await agent(...enrolArguments(place))).text).toContain('enrolled device already')
    const [command = '', ...rest] = [...stepDown, node, bundle, 'run', '--state', place.state]
    const child = spawn(command, rest, { env: bareEnv, cwd: '/', stdio: 'ignore' })
    try {
      const set = await waitFor('the missing update', () => setFromInventory(door.inventory, 'lab-lib=2.0'), 20_000)
      const order = door.give({
        ...door.base(),
        verb: 'install',
        sets: [set],
        preconditions: { minFreeBytes: 0 },
        healthPlan: { probes: [], tries: 1, pauseMs: 0, watch: null },
        rebootRule: 'never',
        mayStartOffline: false,
      })
      await waitFor('the release', () => door.reportOf(order, 'released'), 20_000)
      expect(await installedVersion({ path: place.root, aptConfigFile: '', env: process.env }, 'lab-lib')).toBe('2.0')
      const status = JSON.parse((await agent('status', '--state', place.state)).text)
      expect(status).toMatchObject({ deviceId: door.deviceId, runningPid: child.pid, openOrders: [] })
      const rssKb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1])
      expect(rssKb / 1024).toBeLessThan(110)
    } finally {
      child.kill('SIGTERM')
    }
    await waitFor('the end', () => child.exitCode !== null)
    expect(child.exitCode).toBe(0)
    await waitForPackaging(place.root, 10_000)
    chmodSync(place.state, 0o777)
    expect(await agent('run', '--state', place.state)).toMatchObject({
      code: 1,
      text: expect.stringContaining('can be written to by others (mode 0777)'),
    })
  })

  test('does not enrol where the door shows other signing keys than the token names', async () => {
    const place = await makeUserRoot('mismatch')
    writeFileSync(place.tokenFile, `${door.token}.${'0'.repeat(64)}`)
    expect(await agent(...enrolArguments(place))).toMatchObject({
      code: 1,
      text: expect.stringContaining('other signing keys'),
    })
    expect((await agent('run', '--state', place.state)).text).toContain('run "enrol" first')
  })

  test.each([
    ['http://192.0.2.1:8080', 'plain http is refused'],
    ['ftp://127.0.0.1', 'is not a web address'],
  ])('does not talk to %s', async (server, words) => {
    const place = { root: '/nowhere', state: join(archive.folder, 'none'), tokenFile: '/dev/null' }
    const args = enrolArguments(place).map((text) => (text === door.url ? server : text))
    expect(await agent(...args)).toMatchObject({ code: 1, text: expect.stringContaining(words) })
  })
})
