import { afterAll, beforeAll, expect, test } from 'vitest'
import { exampleHashes, exampleMissing } from '../device-api/test-device.ts'
import { waitUntil } from '../device-api/testing.ts'
import { abortRollout } from './abort-rollout.ts'
import { getRolloutChoices } from './get-rollout-choices.ts'
import { startRollout } from './start-rollout.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

test('freezes plan and claims: what is claimed is offered to no second rollout until an abort frees it', async () => {
  const { client } = await world.makeFleet({ hosts: ['test-1', 'prod-1', 'prod-2'] })
  const ctx = personContext(client.mspId)
  const ask = { clientId: client.clientId, patchIds: [] }
  const before = await getRolloutChoices(ctx, ask)
  expect(before.patches).toMatchObject([{ name: 'lab-svc', version: '2.0', devices: 3, undo: { fetchable: 3 } }])
  expect(before.preview).toMatchObject({ refusal: null, deviceCount: 3 })
  expect(before.preview.rings[0]).toEqual({ name: 'Test', deviceCount: 1 })
  const started = await startRollout(ctx, { ...ask, title: 'November' })
  expect(started.number).toBe(1)
  const taken = await getRolloutChoices(ctx, ask)
  expect(taken).toMatchObject({
    patches: [],
    preview: { refusal: 'Nothing is approved that no rollout holds already.' },
  })
  await expect(startRollout(ctx, ask)).rejects.toThrow('Nothing is approved that no rollout holds already.')
  await abortRollout(ctx, { rolloutId: started.rolloutId, reason: 'wrong title' })
  expect((await startRollout(ctx, ask)).number).toBe(2)
})

test('what was proved is not planned again before the device has been looked at once more', async () => {
  const run = await world.startPlan({ hosts: ['test-1'] })
  const ctx = personContext(run.client.mspId)
  const ask = { clientId: run.client.clientId, patchIds: [] }
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  await run.judge(0, new Date(Date.now() + 61 * 60_000))
  const [item] = await world.door.factories.inMsp(ctx.mspId, (tx) => tx`select state, is_claimed from plan_items`)
  expect(item).toEqual({ state: 'proved', is_claimed: false })
  await expect(startRollout(ctx, ask)).rejects.toThrow('Nothing is approved that no rollout holds already.')
  // Somebody has taken it out by hand since: the next look lists it again.
  const look = {
    hashes: exampleHashes('later'),
    scannedAt: new Date().toISOString(),
    missing: exampleMissing('lab-svc=2.0'),
  }
  await run.devices[0]?.inventory(look)
  expect((await startRollout(ctx, ask)).number).toBe(2)
})

test('of three starts at the same time one takes the packages; the others hear the sentence', async () => {
  const { client } = await world.makeFleet({ hosts: ['test-1', 'prod-1'] })
  const ask = { clientId: client.clientId, patchIds: [] }
  const start = () => startRollout(personContext(client.mspId), ask)
  // With connections that stand already all three look at the same moment.
  await Promise.all([1, 2, 3].map(() => getRolloutChoices(personContext(client.mspId), ask)))
  const answers = await Promise.allSettled([start(), start(), start()])
  const said = answers.map((answer) => (answer.status === 'fulfilled' ? 'started' : answer.reason.message))
  const refused = 'Nothing is approved that no rollout holds already.'
  expect(said.sort()).toEqual([refused, refused, 'started'])
})

test('a package that is claimed in the last moment is a conflict in a sentence', async () => {
  const { client, devices } = await world.makeFleet({ hosts: ['test-1'], refs: ['lab-svc=2.0', 'lab-lib=2.0'] })
  const ctx = personContext(client.mspId)
  const rolloutId = await world.door.factories.makeRollout(client, [{ deviceIds: [], patchIds: [] }])
  // Between looking and claiming there is no moment with the lock held: this puts one there.
  const patchId = await world.door.factories.findPatch(client.mspId, 'lab-svc', '2.0')
  const other = world.door.factories.inMsp(client.mspId, async (tx) => {
    await tx`insert into plan_items (msp_id, client_id, rollout_id, device_id, patch_id, position, package_name, set_key, to_version,
        architecture, undo_class, state, state_at)
      values (${client.mspId}, ${client.clientId}, ${rolloutId}, ${devices[0]?.deviceId ?? ''}, ${patchId}, 0, 'lab-svc', 'set', '2.0', 'all',
        'kept', 'planned', now())`
    const starting = startRollout(ctx, { clientId: client.clientId, patchIds: [] })
    starting.catch(() => {})
    await waitUntil(async () => {
      const [row] = await tx`select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and pg_backend_pid() = any (pg_blocking_pids(pid))`
      return row?.waiting
    })
    return { starting }
  })
  const { starting } = await other
  await expect(starting).rejects.toMatchObject({
    code: 'conflict',
    message: 'Another rollout has just taken some of these packages. Look again.',
  })
})

test('without a test device it is refused with the sentence of the first task; the dialog says it beforehand', async () => {
  const { client } = await world.makeFleet({ hosts: ['prod-1'] })
  const ctx = personContext(client.mspId)
  const ask = { clientId: client.clientId, patchIds: [] }
  await expect(startRollout(ctx, ask)).rejects.toThrow('Choose at least one test device.')
  expect((await getRolloutChoices(ctx, ask)).preview.refusal).toBe('Choose at least one test device.')
})

test('a client one may not see is not found; read-only members may look and not start', async () => {
  const { client } = await world.makeFleet({ hosts: ['test-1'] })
  const hidden = await world.door.factories.makeClient(client.mspId, { name: 'Hidden' })
  const ctx = personContext(client.mspId, { clients: [client.clientId] })
  const ask = { clientId: hidden.clientId, patchIds: [] }
  await expect(startRollout(ctx, ask)).rejects.toThrow('This client was not found')
  await expect(getRolloutChoices(ctx, ask)).rejects.toThrow('This client was not found')
  const reader = personContext(client.mspId, { role: 'read-only' })
  await expect(startRollout(reader, { clientId: client.clientId, patchIds: [] })).rejects.toMatchObject({
    code: 'forbidden',
  })
  expect((await getRolloutChoices(reader, { clientId: client.clientId, patchIds: [] })).denial).toContain(
    'rollout: start',
  )
})
