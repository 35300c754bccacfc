import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { getLeftDevice } from '../clients/get-left-device.ts'
import type { Context } from '../context.ts'
import { exampleHashes, exampleMissing } from '../device-api/test-device.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { dispatchOrders } from '../work-orders/dispatch-orders.ts'
import { getDevice } from './get-device.ts'
import { moveDevice } from './move-device.ts'
import { retireDevice } from './retire-device.ts'
import { moveDeviceSchema } from './schema.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world.stop())

/** A rollout under way at a client, and another client of the same MSP. */
async function begin(hosts = ['test-1', 'desk-2']) {
  const run = await world.startPlan({ hosts })
  const to = await world.door.factories.makeClient(run.client.mspId)
  const [first, second] = run.devices
  if (!first || !second) throw new Error('two devices')
  const { mspId } = run.client
  const who = (...clients: ClientRef[]) =>
    personContext(mspId, { role: 'technician', clients: clients.map((one) => one.clientId) })
  return { run, to, first, second, mspId, both: who(run.client, to), ofOld: who(run.client), ofNew: who(to) }
}
const move = (ctx: Context, deviceId: string, to: ClientRef, more: object = {}) =>
  moveDevice(
    ctx,
    moveDeviceSchema.parse({ deviceId, clientId: to.clientId, siteId: to.siteId, reason: 'Sold', ...more }),
  )
const rows = (mspId: string, text: string, ...values: string[]) =>
  world.door.factories.inMsp(mspId, (tx) => tx.unsafe(text, values))

describe('a device that moves', () => {
  test('takes what it is along and leaves what happened', async () => {
    const { run, to, second, mspId, both, ofOld, ofNew } = await begin()
    const before = await getDevice(ofOld, { deviceId: second.deviceId })
    expect(before.history.events.length).toBeGreaterThan(1)
    await move(both, second.deviceId, to)

    const seen = await getDevice(ofNew, { deviceId: second.deviceId })
    expect(seen.client.id).toBe(to.clientId)
    expect(seen.history.events.map((event) => event.sentence)).toEqual([
      expect.stringContaining('Came from another client'),
    ])
    expect(seen.missing).toHaveLength(1)
    expect(seen.device.tags).toEqual([])
    await expect(getDevice(ofOld, { deviceId: second.deviceId })).rejects.toMatchObject({ code: 'not-found' })

    // Also for who sees both clients: its page tells of its client only.
    expect((await getDevice(both, { deviceId: second.deviceId })).history.events).toHaveLength(1)

    const left = await getLeftDevice(ofOld, { clientId: run.client.clientId, deviceId: second.deviceId })
    expect(left.device).toMatchObject({ hostName: 'desk-2' })
    expect(left.history.events.length).toBe(before.history.events.length + 1)
    await expect(
      getLeftDevice(ofNew, { clientId: run.client.clientId, deviceId: second.deviceId }),
    ).rejects.toMatchObject({ code: 'not-found' })

    const where = await rows(
      mspId,
      `select 'heartbeat' as part, client_id from device_heartbeats where device_id = $1 union all
       select 'inventory', client_id from device_inventories where device_id = $1 union all
       select 'lacks', client_id from device_patches where device_id = $1 union all
       select 'report', client_id from device_reports where device_id = $1 union all
       select 'item', client_id from plan_items where device_id = $1`,
      second.deviceId,
    )
    const partsOf = (ref: ClientRef) =>
      [...new Set(where.filter((row) => row.client_id === ref.clientId).map((row) => row.part))].sort()
    expect(partsOf(to)).toEqual(['heartbeat', 'inventory', 'lacks'])
    expect(partsOf(run.client)).toEqual(['item', 'report'])
  })

  test('leaves its rollout: orders are void, claims end, and no gate waits for it', async () => {
    const { run, to, first, mspId, both } = await begin()
    await run.open(0)
    await move(both, first.deviceId, to)
    expect(await rows(mspId, `select state, is_claimed from plan_items where device_id = $1`, first.deviceId)).toEqual([
      { state: 'overtaken', is_claimed: false },
    ])
    expect(
      await rows(
        mspId,
        `select 1 from work_orders where device_id = $1 and state in ('unsigned', 'ready', 'open')`,
        first.deviceId,
      ),
    ).toEqual([])
    expect(
      await rows(mspId, 'select verdict from ring_patches where rollout_id = $1 and position = 0', run.rolloutId),
    ).toEqual([{ verdict: 'skipped' }])
    expect(await dispatchOrders(new Date())).toMatchObject({ installs: 0, rollbacks: 0 })
  })

  test('goes on under its id and key; what it says of old orders stays with the old client', async () => {
    const { run, to, second, mspId, both } = await begin()
    const [old] = await rows(
      mspId,
      `select id from work_orders where device_id = $1 and verb = 'stage'`,
      second.deviceId,
    )
    await move(both, second.deviceId, to)
    expect((await second.checkIn()).status).toBe(200)
    const answer = await second.inventory({ hashes: exampleHashes('2'), missing: exampleMissing('lab-lib=3.0') })
    expect(answer.status).toBe(200)
    await second.report({ orderId: String(old?.id), state: 'staged', sets: [] })
    const lacking = await rows(
      mspId,
      'select client_id from device_patches where device_id = $1 and resolved_at is null',
      second.deviceId,
    )
    expect(lacking).toEqual([{ client_id: to.clientId }])
    const reports = await rows(
      mspId,
      'select distinct client_id from device_reports where device_id = $1',
      second.deviceId,
    )
    expect(reports).toEqual([{ client_id: run.client.clientId }])
  })

  test('is not taken back for the client that it left, and its result says so', async () => {
    const { run, to, first, mspId, both } = await begin()
    await run.open(0)
    await run.tell('test-1', 'install', 'installed')
    await move(both, first.deviceId, to)
    await rows(mspId, `update ring_patches set roll_back_at = now() where rollout_id = $1`, run.rolloutId)
    expect(await dispatchOrders(new Date())).toMatchObject({ rollbacks: 0 })
    expect(await rows(mspId, 'select state, reason from plan_items where device_id = $1', first.deviceId)).toEqual([
      { state: 'rollback-failed', reason: 'The device left this client' },
    ])
  })

  test('may come back, and finds its history', async () => {
    const { run, to, second, both, ofOld, ofNew } = await begin()
    await move(both, second.deviceId, to)
    await move(both, second.deviceId, run.client)
    const told = (await getDevice(ofOld, { deviceId: second.deviceId })).history.events
      .map((event) => event.sentence)
      .join('. ')
    for (const words of ['Came from another client', 'Left for another client', 'Enrolled'])
      expect(told).toContain(words)
    const left = await getLeftDevice(ofNew, { clientId: to.clientId, deviceId: second.deviceId })
    expect(left.history.events).toHaveLength(2)
  })

  test('is told in the log of both clients, and neither names the other', async () => {
    const { run, to, second, mspId, both } = await begin()
    await move(both, second.deviceId, to)
    const log = await rows(
      mspId,
      `select client_id, reason, changes::text as changes from audit_records where action = 'device:move' order by id`,
    )
    expect(log.map((record) => record.client_id)).toEqual([run.client.clientId, to.clientId])
    expect(log[0]?.changes).not.toContain(to.clientId)
    expect(log[1]?.changes).not.toContain(run.client.clientId)
  })
})

describe('is refused', () => {
  test('while an install is with it, or was handed to it a moment ago', async () => {
    const { run, to, first, mspId, both } = await begin()
    await run.open(0)
    await rows(
      mspId,
      `update work_orders set state = 'ready', lease_until = now() + interval '1 minute' where device_id = $1 and verb = 'install'`,
      first.deviceId,
    )
    await expect(move(both, first.deviceId, to)).rejects.toMatchObject({ code: 'not-allowed-now' })
    await rows(
      mspId,
      `update work_orders set state = 'open', lease_until = null where device_id = $1 and verb = 'install'`,
      first.deviceId,
    )
    await expect(move(both, first.deviceId, to)).rejects.toMatchObject({
      message: expect.stringContaining('an install under way'),
    })
    await expect(retireDevice(both, { deviceId: first.deviceId, reason: '' })).rejects.toMatchObject({
      code: 'not-allowed-now',
    })
  })

  test('without sight of both clients, and for a site of a third', async () => {
    const { run, to, second, ofOld, ofNew, both } = await begin()
    for (const ctx of [ofOld, ofNew])
      await expect(move(ctx, second.deviceId, to)).rejects.toMatchObject({ code: 'not-found' })
    await expect(move(both, second.deviceId, { ...to, siteId: run.client.siteId })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(move(both, second.deviceId, run.client)).rejects.toMatchObject({ code: 'not-allowed-now' })
  })
})

test('a retired device leaves its rollout, the counts and the door', async () => {
  const { first, mspId, ofOld } = await begin()
  await retireDevice(ofOld, { deviceId: first.deviceId, reason: 'Scrapped' })
  expect(await rows(mspId, 'select state, is_claimed from plan_items where device_id = $1', first.deviceId)).toEqual([
    { state: 'overtaken', is_claimed: false },
  ])
  expect((await getDevice(ofOld, { deviceId: first.deviceId })).device.isRetired).toBe(true)
  await expect(retireDevice(ofOld, { deviceId: first.deviceId, reason: '' })).rejects.toMatchObject({
    code: 'not-allowed-now',
  })
})

test('retiring wants a fresh proof of the person: a stolen session takes no fleet out of service', async () => {
  const { first, ofOld } = await begin()
  if (ofOld.actor.kind !== 'person') throw new Error('a person retires')
  const old = { ...ofOld, actor: { ...ofOld.actor, provedAt: null } }
  const retire = retireDevice(old, { deviceId: first.deviceId, reason: 'Scrapped' })
  await expect(retire).rejects.toMatchObject({ code: 'step-up' })
  expect((await getDevice(ofOld, { deviceId: first.deviceId })).device.isRetired).toBe(false)
})
