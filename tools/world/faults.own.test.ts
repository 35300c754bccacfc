import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jobContext } from '../../server/auth/job-context.ts'
import { pauseRollout } from '../../server/rollouts/pause-rollout.ts'
import { resumeRollout } from '../../server/rollouts/resume-rollout.ts'
import { labPolicy } from '../seed/lab-policy.ts'
import { devicesOn, gates, isNamedInLog, tellVersion, until, upgradesOf } from './look.ts'
import { startWorld, type World } from './world.ts'

const soakMs = 10_000
const devices = ['f-test', 'f-production']

let world: World
beforeAll(async () => {
  world = await startWorld({
    clients: [{ name: 'Faults', devices }],
    offer: [{ name: 'lab-svc', version: '2.0' }],
    policy: { ...labPolicy, rings: labPolicy.rings.map((ring) => ({ ...ring, soakMs })) },
  })
}, 180_000)
afterAll(() => world?.stop(), 180_000)

const isSoaking = async (patch: string) =>
  (await gates(world)).some((gate) => gate.patch === patch && gate.position === 0 && gate.verdict === 'soaking')
const areFinished = async (patch: string) =>
  (await gates(world)).some((gate) => gate.patch === patch) &&
  (await gates(world)).filter((gate) => gate.patch === patch).every((gate) => gate.state === 'finished')

describe('parts that die', () => {
  test('worker killed in the soak, door killed, Temporal restarted: the run ends the same, once per device', async () => {
    await until('the test ring soaks', () => isSoaking('lab-svc 2.0'))
    await world.worker.end('SIGKILL')
    // Longer than the soak: without a worker nothing is judged, so production must stay untouched.
    await wait(soakMs + 4_000)
    expect(await isNamedInLog(world, 'f-production', 'lab-svc', '2.0')).toBe(false)
    await world.door.end('SIGKILL')
    await world.temporal.end('SIGTERM')
    await world.temporal.start()
    await world.worker.start()
    await world.door.start()
    await until('2.0 is everywhere', async () => (await devicesOn(world, 'lab-svc', '2.0')).length === devices.length)
    await until('the rollout has finished', () => areFinished('lab-svc 2.0'))
    for (const name of devices) expect(await upgradesOf(world, name, 'lab-svc', '1.0', '2.0')).toHaveLength(1)
  })

  test('paused with Temporal stopped: no permit is given until somebody resumes', async () => {
    await world.lab.repository.publish({ name: 'lab-lib', version: '2.0' })
    await until('the test ring soaks', () => isSoaking('lab-lib 2.0'))
    await world.temporal.end('SIGTERM')
    const rolloutId = await newestRollout()
    await pauseRollout(jobContext(world.mspId, 'test'), { rolloutId, reason: 'Temporal is down' })
    await world.temporal.start()
    // The soak ends meanwhile; a paused one passes nothing and production stays as it is.
    await wait(soakMs + 4_000)
    expect(await isNamedInLog(world, 'f-production', 'lab-lib', '2.0')).toBe(false)
    await resumeRollout(jobContext(world.mspId, 'test'), { rolloutId, reason: 'Temporal is back' })
    await until(
      'lab-lib 2.0 is everywhere',
      async () => (await devicesOn(world, 'lab-lib', '2.0')).length === devices.length,
    )
    await until('the rollout has finished', () => areFinished('lab-lib 2.0'))
    for (const name of devices) expect(await upgradesOf(world, name, 'lab-lib', '1.0', '2.0')).toHaveLength(1)
  })

  test('PostgreSQL killed in the soak: nothing is lost when it is back', async () => {
    await world.lab.repository.publish({ name: 'lab-base', version: '2.0' }, { name: 'lab-ext', version: '2.0' })
    await until('the test ring soaks', () => isSoaking('lab-base 2.0'))
    await killPostgres()
    await until(
      'both packages are everywhere',
      async () => (await devicesOn(world, 'lab-ext', '2.0')).length === devices.length,
      { tell: tellWhatStands },
    )
    await until('the rollout has finished', () => areFinished('lab-base 2.0'))
    for (const name of devices) {
      expect(await upgradesOf(world, name, 'lab-base', '1.0', '2.0')).toHaveLength(1)
      expect(await upgradesOf(world, name, 'lab-ext', '1.0', '2.0')).toHaveLength(1)
    }
    expect([world.worker.isRunning(), world.door.isRunning()], 'worker and door outlive their connections').toEqual([
      true,
      true,
    ])
  })
})

/** How far the orders are, and the last words of the worker. */
async function tellWhatStands(): Promise<string> {
  const log = await readFile(join(world.folder, 'worker.log'), 'utf8')
  return `${await tellVersion(world, 'lab-ext', '2.0')}\n${log.slice(-3_000)}`
}

async function newestRollout(): Promise<string> {
  return world.factories.inMsp(world.mspId, async (tx) => {
    const [row] = await tx<{ id: string }[]>`select id from rollouts order by number desc limit 1`
    if (!row) throw new Error('no rollout yet')
    return row.id
  })
}

/** Kills the test run's own server by the pid it was started with; the launcher starts it again. */
async function killPostgres(): Promise<void> {
  const state = process.env.TEST_STATE
  if (!state) throw new Error('TEST_STATE is not set: run this with "npm test"')
  const { pid }: { pid: number } = JSON.parse(await readFile(join(state, 'run', 'postgres.json'), 'utf8'))
  process.kill(pid, 'SIGKILL')
  await until('PostgreSQL answers again', async () => {
    const client = postgres(world.database.urls.app_worker, { max: 1, connect_timeout: 2, onnotice: () => {} })
    return client`select 1`.then(
      async () => {
        await client.end()
        return true
      },
      () => false,
    )
  })
}
