import { afterAll, beforeAll, expect, test } from 'vitest'
import { abortRollout } from '../rollouts/abort-rollout.ts'
import {
  personContext,
  plainPolicy,
  type RolloutRun,
  type RolloutWorld,
  startRolloutWorld,
} from '../rollouts/testing.ts'
import { retryDevice } from './retry-device.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

/** Twelve test devices: large enough for one failure to be allowed. */
const hosts = Array.from({ length: 12 }, (_, place) => `test-${place}`)
const policy = { ...plainPolicy, gate: { ...plainPolicy.gate, failureLimit: 1, smallRingBelow: 0 } }
const start = () => world.startPlan({ hosts, policy })
const ask = (run: RolloutRun) => ({ deviceId: run.devices[0]?.deviceId ?? '' })
const look = (run: RolloutRun) =>
  world.door.factories.inMsp(run.client.mspId, async (tx) => {
    const { deviceId } = ask(run)
    const [item] = await tx`select state, is_failure_counted from plan_items where device_id = ${deviceId}`
    const [gate] = await tx`select failed from ring_patches where position = 0`
    const [device] = await tx`select failed_count from devices where id = ${deviceId}`
    const installs =
      await tx`select attempt from work_orders where device_id = ${deviceId} and verb = 'install' order by attempt`
    return { ...item, ...gate, ...device, attempts: installs.map((row) => row.attempt) }
  })

test('what failed and took itself back is staged again; the failure stays counted, also when the retry works', async () => {
  const run = await start()
  await run.tell('test-0', 'install', 'rolled-back', { reason: 'no space left on device' })
  expect(await look(run)).toMatchObject({ state: 'rolled-back', failed: 1, failed_count: 1, attempts: [1] })
  const { patches } = await retryDevice(personContext(run.client.mspId), ask(run))
  expect(patches).toEqual(['lab-svc 2.0'])
  expect(await look(run)).toMatchObject({ state: 'staged', failed: 1, failed_count: 0 })
  await run.dispatch()
  await run.tell('test-0', 'install', 'installed')
  expect(await look(run)).toMatchObject({ state: 'proved', is_failure_counted: true, failed: 1, attempts: [1, 2] })
  const audited = await world.door.factories.inMsp(
    run.client.mspId,
    (tx) => tx`select subject_id, changes from audit_records where action = 'device:retry'`,
  )
  expect(audited).toMatchObject([{ subject_id: ask(run).deviceId, changes: { patches: ['lab-svc 2.0'] } }])
})

test('the fifth attempt is the last', async () => {
  const run = await start()
  const ctx = personContext(run.client.mspId)
  for (let attempt = 1; attempt <= 5; attempt++) {
    await run.tell('test-0', 'install', 'rolled-back')
    if (attempt === 5) break
    await retryDevice(ctx, ask(run))
    await run.dispatch()
  }
  expect(await look(run)).toMatchObject({ attempts: [1, 2, 3, 4, 5], failed: 1 })
  await expect(retryDevice(ctx, ask(run))).rejects.toThrow('All 5 attempts of R-1 are used.')
})

test('not past the hard limit: a stopped patch stays stopped', async () => {
  const run = await start()
  await run.tell('test-0', 'install', 'rolled-back')
  await run.tell('test-1', 'install', 'rolled-back')
  await expect(retryDevice(personContext(run.client.mspId), ask(run))).rejects.toThrow('R-1 has stopped lab-svc 2.0.')
  expect(await look(run)).toMatchObject({ state: 'rolled-back' })
})

test('not in an aborted rollout, and not where nothing failed', async () => {
  const run = await start()
  const ctx = personContext(run.client.mspId)
  await expect(retryDevice(ctx, ask(run))).rejects.toThrow('Nothing has failed here.')
  const patchId = await run.patchId('lab-svc', '2.0')
  await expect(retryDevice(ctx, { ...ask(run), patchId })).rejects.toThrow('lab-svc 2.0 has not failed here.')
  await run.tell('test-0', 'install', 'rolled-back')
  await abortRollout(ctx, { rolloutId: run.rolloutId, reason: 'wrong month' })
  await expect(retryDevice(ctx, ask(run))).rejects.toThrow('R-1 was aborted. Start a new rollout.')
})

test('refuses readers, and finds neither device nor patch of others', async () => {
  const run = await start()
  await run.tell('test-0', 'install', 'rolled-back')
  const other = await world.startPlan({ hosts: ['test-1'] })
  await expect(retryDevice(personContext(run.client.mspId, { role: 'read-only' }), ask(run))).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(retryDevice(personContext(other.client.mspId), ask(run))).rejects.toMatchObject({ code: 'not-found' })
  const foreignPatch = await other.patchId('lab-svc', '2.0')
  await expect(
    retryDevice(personContext(run.client.mspId), { ...ask(run), patchId: foreignPatch }),
  ).rejects.toMatchObject({ code: 'not-found' })
})
