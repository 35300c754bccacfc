import { afterAll, beforeAll, expect, test } from 'vitest'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { tagDeviceSchema } from './schema.ts'
import { tagDevice } from './tag-device.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

async function makeDevice() {
  const { client, devices } = await world.makeFleet({ hosts: ['plain-1'] })
  return { client, deviceId: devices[0]?.deviceId ?? '' }
}

test('the tag of the test ring moves a device there, and back', async () => {
  const { client, deviceId } = await makeDevice()
  const ctx = personContext(client.mspId)
  expect(await tagDevice(ctx, { deviceId, tags: ['test'] })).toEqual({ ringName: 'Test' })
  expect((await tagDevice(ctx, { deviceId, tags: [] })).ringName).not.toBe('Test')
  const audited = await world.door.factories.inMsp(
    client.mspId,
    (tx) => tx`select changes from audit_records where action = 'device:tag' order by id`,
  )
  expect(audited).toMatchObject([
    { changes: { before: { tags: [] }, after: { tags: ['test'], ring: 'Test' } } },
    { changes: { before: { tags: ['test'], ring: 'Test' }, after: { tags: [] } } },
  ])
})

test('the same tags again change and record nothing', async () => {
  const { client, deviceId } = await makeDevice()
  const ctx = personContext(client.mspId)
  await tagDevice(ctx, { deviceId, tags: ['test'] })
  await tagDevice(ctx, { deviceId, tags: ['test'] })
  const audited = await world.door.factories.inMsp(client.mspId, (tx) => tx`select 1 from audit_records`)
  expect(audited).toHaveLength(1)
})

test('tags are trimmed, sorted and kept once; control characters are refused', () => {
  const deviceId = '0198c0de-0000-7000-8000-000000000001'
  expect(tagDeviceSchema.parse({ deviceId, tags: [' till ', 'kiosk', 'till'] }).tags).toEqual(['kiosk', 'till'])
  expect(tagDeviceSchema.safeParse({ deviceId, tags: ['a\u0000b'] }).success).toBe(false)
  expect(tagDeviceSchema.safeParse({ deviceId, tags: [' '] }).success).toBe(false)
})

test('refuses readers and devices of others', async () => {
  const { client, deviceId } = await makeDevice()
  const other = await makeDevice()
  const input = { deviceId, tags: ['test'] }
  await expect(tagDevice(personContext(client.mspId, { role: 'read-only' }), input)).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(tagDevice(personContext(other.client.mspId), input)).rejects.toMatchObject({ code: 'not-found' })
})
