import { afterAll, beforeAll, expect, test } from 'vitest'
import { decidePatch } from '../approvals/decide-patch.ts'
import { setHold } from '../holds/set-hold.ts'
import type { Policy, WindowRule } from '../policies/schema.ts'
import { pauseRollout } from '../rollouts/pause-rollout.ts'
import {
  personContext,
  plainPolicy,
  type RolloutRun,
  type RolloutWorld,
  startRolloutWorld,
} from '../rollouts/testing.ts'
import { getDevice } from './get-device.ts'
import { patchNow } from './patch-now.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const hourMs = 3_600_000
/** A window that is closed now and opens in three days. */
function closedPolicy(): Policy {
  const day = (['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const)[(new Date().getUTCDay() + 3) % 7] ?? 'MO'
  const window: WindowRule = { kind: 'weekly', days: [day], start: '02:00', durationMs: hourMs, zone: 'UTC' }
  return { ...plainPolicy, rings: plainPolicy.rings.map((ring) => ({ ...ring, window })) }
}
const start = () => world.startPlan({ hosts: ['test-1', 'prod-1'], policy: closedPolicy() })
const deviceOf = (run: RolloutRun, place: number) => ({ deviceId: run.devices[place]?.deviceId ?? '' })
const opened = (run: RolloutRun) =>
  world.door.factories.inMsp(run.client.mspId, async (tx) =>
    (await tx`select window_open_until from work_orders where verb = 'install'`).map((row) => row.window_open_until),
  )

test('opens the window of the live install order for two hours, and the door hands it out', async () => {
  const run = await start()
  const now = new Date()
  const { deviceId } = deviceOf(run, 0)
  const answer = await patchNow(personContext(run.client.mspId, { now }), { deviceId })
  expect(answer).toEqual({ patches: ['lab-svc 2.0'], openUntil: new Date(now.getTime() + 2 * hourMs) })
  expect(await opened(run)).toEqual([answer.openUntil])
  await world.door.factories.inMsp(run.client.mspId, async (tx) => {
    const [record] = await tx`select changes, subject_id from audit_records where action = 'device:patch-now'`
    expect(record).toMatchObject({ subject_id: deviceId, changes: { patches: ['lab-svc 2.0'] } })
  })
  await expect(patchNow(personContext(run.client.mspId), { deviceId })).rejects.toThrow(
    'Its window is open already. The device starts at its next check-in.',
  )
})

test('never opens a later ring: it says what the device waits for', async () => {
  const run = await start()
  await expect(patchNow(personContext(run.client.mspId), deviceOf(run, 1))).rejects.toThrow(
    'Nothing may go in now. lab-svc 2.0: Ring Test comes first, which has not proved it yet.',
  )
})

test('never skips a hold', async () => {
  const run = await start()
  const ctx = personContext(run.client.mspId)
  const patchId = await run.patchId('lab-svc', '2.0')
  await setHold(ctx, { patchId, clients: [run.client.clientId], reason: 'breaks the till' })
  await expect(patchNow(ctx, deviceOf(run, 0))).rejects.toThrow(
    /^Nothing may go in now\. lab-svc 2\.0: Held for this client since /,
  )
  expect(await opened(run)).toEqual([null])
})

test('never goes past a hard limit, also before the gate has made a hold of it', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'test-2'], policy: closedPolicy() })
  await run.tell('test-1', 'install', 'rolled-back')
  await expect(patchNow(personContext(run.client.mspId), deviceOf(run, 1))).rejects.toThrow(
    'Nothing may go in now. lab-svc 2.0: Stopped in R-1.',
  )
})

test('never hurries what was rejected since its order was made', async () => {
  const run = await start()
  const ctx = personContext(run.client.mspId)
  const patchId = await run.patchId('lab-svc', '2.0')
  await decidePatch(ctx, { patchId, kind: 'reject', clients: [run.client.clientId], reason: 'breaks the till' })
  await expect(patchNow(ctx, deviceOf(run, 0))).rejects.toThrow(
    'Nothing may go in now. lab-svc 2.0: Rejected for this client.',
  )
  expect(await opened(run)).toEqual([null])
})

test('does not go round a pause', async () => {
  const run = await start()
  await pauseRollout(personContext(run.client.mspId), { rolloutId: run.rolloutId, reason: 'month end' })
  await expect(patchNow(personContext(run.client.mspId), deviceOf(run, 0))).rejects.toThrow(
    'Nothing may go in now. lab-svc 2.0: R-1 is paused by Nora.',
  )
  expect(await opened(run)).toEqual([null])
})

test('never hurries what a rollback goes before: the door would not start it either', async () => {
  const run = await start()
  const { deviceId } = deviceOf(run, 0)
  const { factories } = world.door
  const [order] = await factories.inMsp(run.client.mspId, (tx) => tx`select id from work_orders where verb = 'install'`)
  const rollback = await factories.makeOrder(run.client, {
    deviceId,
    rolloutId: run.rolloutId,
    position: 0,
    patchIds: [await run.patchId('lab-svc', '2.0')],
    verb: 'rollback',
    supersedes: [order?.id],
  })
  const setState = (state: string) =>
    factories.inMsp(run.client.mspId, (tx) => tx`update work_orders set state = ${state} where id = ${rollback}`)
  for (const state of ['ready', 'open']) {
    await setState(state)
    await expect(patchNow(personContext(run.client.mspId), { deviceId }), state).rejects.toThrow(
      'Nothing may go in now. A patch is taken back here first.',
    )
  }
  expect((await getDevice(personContext(run.client.mspId), { deviceId })).can.patchNow.can).toBe(false)
  expect(await opened(run)).toEqual([null])
  await setState('finished')
  expect(await patchNow(personContext(run.client.mspId), { deviceId })).toMatchObject({ patches: ['lab-svc 2.0'] })
})

test('refuses where nothing is approved, readers, and devices of others', async () => {
  const policy = { ...plainPolicy, approvalRules: [] }
  const { client, devices } = await world.makeFleet({ hosts: ['test-1'], policy })
  const deviceId = devices[0]?.deviceId ?? ''
  await expect(patchNow(personContext(client.mspId), { deviceId })).rejects.toThrow(
    "Nothing may go in now. lab-svc 2.0: Waits for a person's approval.",
  )
  await expect(patchNow(personContext(client.mspId, { role: 'read-only' }), { deviceId })).rejects.toMatchObject({
    code: 'forbidden',
  })
  const other = await world.makeFleet({ hosts: ['test-1'] })
  await expect(patchNow(personContext(other.client.mspId), { deviceId })).rejects.toMatchObject({ code: 'not-found' })
})
