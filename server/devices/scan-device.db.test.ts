import { afterAll, beforeAll, expect, test } from 'vitest'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { scanDevice } from './scan-device.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

async function makeDevice() {
  const { client, devices } = await world.makeFleet({ hosts: ['test-1'] })
  return { client, deviceId: devices[0]?.deviceId ?? '' }
}

test('orders one scan that is over after an hour, with its audit record and a line in the history', async () => {
  const { client, deviceId } = await makeDevice()
  const now = new Date()
  const { orderId } = await scanDevice(personContext(client.mspId, { now }), { deviceId })
  await world.door.factories.inMsp(client.mspId, async (tx) => {
    expect(await tx`select id, verb, attempt, state, body, not_after, rollout_id from work_orders`).toMatchObject([
      { id: orderId, verb: 'scan', attempt: 1, state: 'unsigned', body: {}, rollout_id: null },
    ])
    const [{ left } = { left: 0 }] =
      await tx`select extract(epoch from not_after - ${now}::timestamptz)::int as left from work_orders`
    expect(left).toBe(3_600)
    expect(await tx`select action, subject_kind, subject_id, actor_name from audit_records`).toMatchObject([
      { action: 'device:scan', subject_kind: 'device', subject_id: deviceId, actor_name: 'Nora' },
    ])
    expect(await tx`select summary from device_events where kind = 'scan-asked'`).toMatchObject([
      { summary: 'Scan asked for by Nora' },
    ])
  })
})

test('refuses a second one until the first is finished or too old', async () => {
  const { client, deviceId } = await makeDevice()
  const now = new Date()
  const scan = (at = now) => scanDevice(personContext(client.mspId, { now: at }), { deviceId })
  await scan()
  await expect(scan()).rejects.toThrow('A scan is ordered already. The device takes it up at its next check-in.')
  await expect(scan(new Date(now.getTime() + 3_600_001))).resolves.toHaveProperty('orderId')
})

test('refuses readers, and finds no device of another MSP or client', async () => {
  const { client, deviceId } = await makeDevice()
  const other = await makeDevice()
  await expect(scanDevice(personContext(client.mspId, { role: 'read-only' }), { deviceId })).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(scanDevice(personContext(other.client.mspId), { deviceId })).rejects.toMatchObject({ code: 'not-found' })
  await expect(scanDevice(personContext(client.mspId, { clients: [] }), { deviceId })).rejects.toMatchObject({
    code: 'not-found',
  })
})
