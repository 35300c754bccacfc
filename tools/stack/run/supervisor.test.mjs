import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { makeFolders } from '../paths.mjs'
import { groupMembers, isSameProcess, readRecord, startTimeOf, writeRecord } from './process-identity.mjs'
import { stopProcess } from './stop-process.mjs'
import { backoffMs, findSurvivor, Supervisor } from './supervisor.mjs'

let folder
let paths
let said
let supervisor

const newSupervisor = () =>
  new Supervisor({
    paths,
    say: (line) => said.push(line),
    backoff: () => 10,
    stopLimits: { lab: 2_000, web: 2_000, stubborn: 300 },
  })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-supervisor-'))
  paths = { state: folder, logs: join(folder, 'logs'), run: join(folder, 'run') }
  makeFolders(paths)
  said = []
  supervisor = newSupervisor()
})

afterEach(async () => {
  await supervisor.stop()
  rmSync(folder, { recursive: true })
})

/** A child that writes `<name>.up` once its handlers stand, and a line into order.txt when it ends by SIGTERM. */
function part(name, { onTerm = 'process.exit(0)', body = '' } = {}) {
  const up = join(folder, `${name}.up`)
  const order = join(folder, 'order.txt')
  const script = `const fs = require('node:fs')
    process.on('SIGTERM', () => { fs.appendFileSync(${JSON.stringify(order)}, '${name}\\n'); ${onTerm} })
    setInterval(() => {}, 1000); ${body}
    fs.writeFileSync(${JSON.stringify(up)}, String(process.pid))`
  return {
    name,
    command: process.execPath,
    args: ['-e', script],
    env: { PATH: process.env.PATH },
    beforeStart: () => rmSync(up, { force: true }),
    isReady: async () => existsSync(up),
  }
}

const recordOf = (name) => readRecord(paths.run, name)

describe('the supervisor', () => {
  test('starts a part in a session of its own and records pid and start time', async () => {
    await supervisor.start(part('web'))
    const record = recordOf('web')
    expect(record.startTime).toBe(startTimeOf(record.pid))
    expect(groupMembers(record.pid)).toEqual([record.pid])
    expect(groupMembers(process.pid)).not.toContain(record.pid)
  })

  test('stops in order, lab before web, and forgets them', async () => {
    await supervisor.start(part('web'))
    await supervisor.start(part('lab'))
    const pids = [recordOf('web').pid, recordOf('lab').pid]
    await supervisor.stop()
    expect(readFileSync(join(folder, 'order.txt'), 'utf8')).toBe('lab\nweb\n')
    expect(pids.map(startTimeOf)).toEqual([undefined, undefined])
    expect(recordOf('web')).toBeUndefined()
  })

  test('restarts a part that died and says so', async () => {
    await supervisor.start(part('web'))
    const first = recordOf('web').pid
    process.kill(first, 'SIGKILL')
    await vi.waitFor(() => expect(said.at(-1)).toBe('✓ web runs again'), { timeout: 10_000 })
    expect(said[0]).toMatch(/web ended \(SIGKILL\); starting it again/)
    expect(recordOf('web').pid).not.toBe(first)
  })

  test('kills what does not stop within its limit, and says so', async () => {
    await supervisor.start(part('stubborn', { onTerm: '' }))
    const { pid } = recordOf('stubborn')
    await supervisor.stop()
    expect(startTimeOf(pid)).toBeUndefined()
    expect(said.at(-1)).toMatch('stubborn did not stop in time and was killed')
  })

  test('ends what a part left behind in its group', async () => {
    const body = `require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' })`
    await supervisor.start(part('web', { body }))
    const { pid } = recordOf('web')
    expect(groupMembers(pid)).toHaveLength(2)
    await supervisor.stop()
    expect(groupMembers(pid)).toEqual([])
  })

  test('a part that ends before it is ready fails with its last lines', async () => {
    const dead = {
      name: 'web',
      command: process.execPath,
      args: ['-e', 'console.error("no such table"); process.exit(3)'],
      env: {},
      isReady: async () => false,
    }
    await expect(supervisor.start(dead)).rejects.toThrow(/exit code 3[\s\S]*no such table/)
  })

  test('a program that is not there fails the same way', async () => {
    const absent = { name: 'web', command: '/no/such/program', args: [], env: {}, isReady: async () => false }
    await expect(supervisor.start(absent)).rejects.toThrow('ENOENT')
  })
})

describe('after the launcher was killed', () => {
  test('the next one takes a living part over, restarts it when it dies, and stops it', async () => {
    const web = part('web')
    const child = spawn(web.command, web.args, { env: web.env, detached: true, stdio: 'ignore' })
    writeRecord(paths.run, 'web', { name: 'web', pid: child.pid, startTime: startTimeOf(child.pid) })
    await supervisor.start(web, { adopt: findSurvivor(paths, 'web') })
    expect(recordOf('web').pid).toBe(child.pid)
    child.kill('SIGKILL')
    await vi.waitFor(() => expect(said.at(-1)).toBe('✓ web runs again'), { timeout: 10_000 })
    const { pid } = recordOf('web')
    expect(pid).not.toBe(child.pid)
    await supervisor.stop()
    expect(startTimeOf(pid)).toBeUndefined()
  })

  test('a record whose number another process got is forgotten and that process left alone', async () => {
    await supervisor.start(part('web'))
    const record = recordOf('web')
    const stale = { ...record, startTime: 'earlier' }
    writeRecord(paths.run, 'stale', stale)
    expect(findSurvivor(paths, 'stale')).toBeUndefined()
    expect(recordOf('stale')).toBeUndefined()
    expect(await stopProcess(stale)).toBe('gone')
    expect(isSameProcess(record)).toBe(true)
  })
})

test('the pause doubles from one second and never exceeds thirty', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map(backoffMs)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})
