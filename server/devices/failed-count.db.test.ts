import { afterAll, beforeAll, expect, test } from 'vitest'
import { exampleHashes, exampleMissing } from '../device-api/test-device.ts'
import { abortRollout } from '../rollouts/abort-rollout.ts'
import { startRollout } from '../rollouts/start-rollout.ts'
import { personContext, type RolloutRun, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const count = (run: RolloutRun) =>
  world.door.factories.inMsp(run.client.mspId, async (tx) => {
    const [row] = await tx<{ failed: number }[]>`select failed_count as failed from devices where host_name = 'test-1'`
    return row?.failed
  })
const abort = (run: RolloutRun) =>
  abortRollout(personContext(run.client.mspId), { rolloutId: run.rolloutId, reason: 'enough' })
const device = (run: RolloutRun) => {
  const [first] = run.devices
  if (!first) throw new Error('no device')
  return first
}

test('what failed stays counted after its rollout has ended, until the device lacks it no more', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'prod-1'] })
  await run.tell('test-1', 'install', 'failed')
  expect(await count(run)).toBe(1)
  await abort(run)
  expect(await count(run)).toBe(1)
  await device(run).inventory({ hashes: exampleHashes('mended'), missing: exampleMissing() })
  expect(await count(run)).toBe(0)
})

test('what took itself back is well again when its rollout has ended', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'prod-1'] })
  await run.tell('test-1', 'install', 'rolled-back')
  expect(await count(run)).toBe(1)
  await abort(run)
  expect(await count(run)).toBe(0)
})

test('what could not be taken back is counted as long as the device has it', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'prod-1'] })
  const has = (version: string) => ({
    hashes: exampleHashes(version),
    packages: [{ manager: 'apt' as const, name: 'lab-svc', version, architecture: 'all', status: 'ii' }],
    missing: exampleMissing(),
  })
  await device(run).inventory(has('2.0'))
  await run.tell('test-1', 'install', 'rollback-failed')
  await abort(run)
  expect(await count(run)).toBe(1)
  await device(run).inventory(has('1.0'))
  expect(await count(run)).toBe(0)
})

test('a new rollout of what failed is a new attempt: nothing has failed in it yet', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'prod-1'] })
  await run.tell('test-1', 'install', 'failed')
  await abort(run)
  const patchIds = [await run.patchId('lab-svc', '2.0')]
  await startRollout(personContext(run.client.mspId), { clientId: run.client.clientId, patchIds })
  expect(await count(run)).toBe(0)
})
