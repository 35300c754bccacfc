import { afterAll, beforeAll, expect, test } from 'vitest'
import { exampleMissing } from '../device-api/test-device.ts'
import { liftHold } from '../holds/lift-hold.ts'
import { setHold } from '../holds/set-hold.ts'
import { abortRollout } from './abort-rollout.ts'
import { finishRollout } from './finish-rollout.ts'
import { rollBackPatches } from './roll-back-patches.ts'
import { startRollout } from './start-rollout.ts'
import { personContext, type RolloutRun, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000)
const rowsOf = (run: RolloutRun, work: Parameters<RolloutWorld['door']['factories']['inMsp']>[1]) =>
  world.door.factories.inMsp(run.client.mspId, work) as Promise<Record<string, unknown>[]>

/** Each host's item in this rollout, and whether it keeps others off its package. */
async function claims(run: RolloutRun) {
  const rows = await rowsOf(
    run,
    (tx) => tx`select d.host_name, i.state, i.is_claimed from plan_items i join devices d on d.id = i.device_id
      where i.rollout_id = ${run.rolloutId}`,
  )
  return Object.fromEntries(rows.map((row) => [row.host_name, `${row.state}${row.is_claimed ? ', claimed' : ''}`]))
}
/** The hosts of a new rollout, after their devices miss `refs`. */
async function nextPlan(run: RolloutRun, refs?: string[]) {
  if (refs) for (const device of run.devices) await device.inventory({ missing: exampleMissing(...refs) })
  const { rolloutId } = await startRollout(personContext(run.client.mspId), {
    clientId: run.client.clientId,
    patchIds: [],
  })
  const rows = await rowsOf(
    run,
    (tx) =>
      tx`select d.host_name from plan_items i join devices d on d.id = i.device_id where i.rollout_id = ${rolloutId} order by 1`,
  )
  return rows.map((row) => row.host_name)
}
const control = (run: RolloutRun) => ({ rolloutId: run.rolloutId, reason: 'a good reason' })
const finish = (run: RolloutRun) => finishRollout(run.job(), { rolloutId: run.rolloutId })

/** Two test devices of which one proves the patch; the ring closes and the rollout ends without the other. */
async function finishedWithStraggler() {
  const run = await world.startPlan({ hosts: ['test-1', 'test-2'] })
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  await run.judge(0, inHours(2))
  await finish(run)
  return run
}

test('a straggler of a finished rollout still gets what passed, and is free for the next version after that', async () => {
  const run = await finishedWithStraggler()
  expect(await claims(run)).toEqual({ 'test-1': 'proved', 'test-2': 'ordered, claimed' })
  await run.tell('test-2', 'install', 'installed')
  expect(await claims(run)).toEqual({ 'test-1': 'proved', 'test-2': 'proved' })
  expect(await nextPlan(run, ['lab-svc=3.0'])).toEqual(['test-1', 'test-2'])
})

test('a straggler that puts its order off keeps its place and gets another one', async () => {
  const run = await finishedWithStraggler()
  await run.tell('test-2', 'install', 'not-started', { state: 'proved' })
  expect((await claims(run))['test-2']).toBe('staged, claimed')
  await run.dispatch()
  expect((await claims(run))['test-2']).toBe('ordered, claimed')
})

test('a hold of a person that is lifted after the end lets all devices into the next rollout', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'test-2', 'prod-1'] })
  const ctx = personContext(run.client.mspId)
  const patchId = await run.patchId('lab-svc', '2.0')
  await setHold(ctx, { patchId, clients: [run.client.clientId], reason: 'wait a bit' })
  await run.dispatch()
  await run.judge(0)
  for (const position of [1, 2]) await run.open(position)
  await finish(run)
  expect(new Set(Object.values(await claims(run)))).toEqual(new Set(['dropped']))
  const [hold] = await rowsOf(run, (tx) => tx`select id from holds`)
  await liftHold(ctx, { holdId: String(hold?.id), reason: 'fine again' })
  expect(await nextPlan(run)).toEqual(['prod-1', 'test-1', 'test-2'])
})

test('a hold after the end stops the straggler; lifted, it is free at once', async () => {
  const run = await finishedWithStraggler()
  const ctx = personContext(run.client.mspId)
  await run.tell('test-2', 'install', 'not-started', { state: 'proved' })
  await setHold(ctx, { patchId: await run.patchId('lab-svc', '2.0'), clients: 'all', reason: 'it eats disks' })
  await run.dispatch()
  const [hold] = await rowsOf(run, (tx) => tx`select id from holds`)
  await liftHold(ctx, { holdId: String(hold?.id), reason: 'fine again' })
  expect((await claims(run))['test-2']).toBe('dropped')
})

test('a refused stage order keeps its claim for a retry and no longer than its rollout', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'test-2'] })
  await rowsOf(
    run,
    (tx) => tx`update plan_items set state = 'failed' where device_id = ${run.devices[1]?.deviceId ?? ''}`,
  )
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  await run.judge(0, inHours(2))
  expect((await claims(run))['test-2']).toBe('failed, claimed')
  await finish(run)
  expect((await claims(run))['test-2']).toBe('failed')
})

test('what is being taken back when the rollout ends is free when that is through', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'test-2'] })
  for (const host of ['test-1', 'test-2']) await run.tell(host, 'install', 'installed')
  const patchIds = [await run.patchId('lab-svc', '2.0')]
  await rollBackPatches(personContext(run.client.mspId), { ...control(run), patchIds })
  await run.dispatch()
  await run.tell('test-1', 'rollback', 'rolled-back')
  await run.judge(0)
  await finish(run)
  expect(await claims(run)).toEqual({ 'test-1': 'rolled-back', 'test-2': 'rolling-back, claimed' })
  await run.tell('test-2', 'rollback', 'rolled-back')
  expect((await claims(run))['test-2']).toBe('rolled-back')
})

test('an abort frees what waits, and what is under way when it is through', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'test-2', 'prod-1'] })
  await run.tell('test-1', 'install', 'not-started', { state: 'installing' })
  await rowsOf(
    run,
    (tx) => tx`update plan_items set state = 'installing' where device_id = ${run.devices[0]?.deviceId ?? ''}`,
  )
  await abortRollout(personContext(run.client.mspId), control(run))
  expect(await claims(run)).toEqual({ 'test-1': 'installing, claimed', 'test-2': 'dropped', 'prod-1': 'dropped' })
  await run.tell('test-1', 'install', 'installed')
  expect((await claims(run))['test-1']).toBe('proved')
})

test('a rollout that ends while it is paused leaves nobody waiting', async () => {
  const run = await finishedWithStraggler()
  await rowsOf(run, (tx) => tx`update rollouts set is_stopped = true where id = ${run.rolloutId}`)
  await run.tell('test-2', 'install', 'not-started', { state: 'proved' })
  expect((await claims(run))['test-2']).toBe('dropped')
})
