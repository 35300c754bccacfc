import { afterAll, beforeAll, expect, test } from 'vitest'
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
