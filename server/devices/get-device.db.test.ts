import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SetReport } from '../../agent/wire/report.ts'
import { exampleSetKey } from '../device-api/test-device.ts'
import { setHold } from '../holds/set-hold.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { getDevice } from './get-device.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const start = () => world.startPlan({ hosts: ['test-1', 'prod-1'] })
const answer = (page: Awaited<ReturnType<typeof getDevice>>) =>
  page.missing[0]?.why.answer.map((part) => part.text).join('')

test('says why, what moves, and what may be done', async () => {
  const run = await start()
  const ctx = personContext(run.client.mspId)
  const test1 = await getDevice(ctx, { deviceId: run.devices[0]?.deviceId ?? '' })
  expect(answer(test1)).toBe('It is approved and in R-1: its order is being made.')
  expect(test1).toMatchObject({
    ring: { name: 'Test', isTest: true },
    siteName: 'Office',
    zone: 'Europe/Berlin',
    windows: { isAlwaysOpen: true, list: [] },
    can: { scan: { can: true }, patchNow: { can: false } },
  })
  const prod = await getDevice(ctx, { deviceId: run.devices[1]?.deviceId ?? '' })
  expect(answer(prod)).toMatch(/^It is approved and in R-1: ring (Early|Production) waits for ring Test, which has not/)
})

test('a failure carries plain words, raw output and a retry that says why it is closed', async () => {
  const run = await start()
  const device = run.devices[0]
  const ctx = personContext(run.client.mspId)
  const [order] = await world.door.factories.inMsp(
    run.client.mspId,
    (tx) => tx`select id from work_orders where verb = 'install'`,
  )
  const set: SetReport = {
    key: exampleSetKey('lab-svc=2.0'),
    outcome: 'rolled-back',
    versions: [{ manager: 'apt', name: 'lab-svc', before: '1.0', after: '1.0', status: 'ii' }],
    exitCode: 100,
    output: 'E: You don’t have enough\n<img src=x onerror=alert(1)> No space left on device',
    reason: 'cannot copy extracted data: No space left on device',
    undoClass: 'kept',
  }
  await device?.report({ orderId: order?.id, state: 'failed', sets: [set] })
  const page = await getDevice(ctx, { deviceId: device?.deviceId ?? '' })
  const [event] = page.history.events
  expect(event).toMatchObject({
    mark: 'rolled-back',
    sentence: 'lab-svc 2.0 rolled back, proved by re-scan',
    explanation: { words: 'The disk is full.' },
    output: set.output,
  })
  expect(event?.proof.map((line) => `${line.label}: ${line.value}${line.note && ` (${line.note})`}`)).toEqual([
    'Before: 1.0',
    'After install: did not go in whole',
    'After rollback: 1.0 (same as before)',
    'Reboot: none needed',
    'Result: signed by the device, record 2',
  ])
  expect(page.missing[0]).toMatchObject({
    why: { mark: 'rolled-back' },
    retry: { can: false, reason: 'R-1 has stopped lab-svc 2.0.' },
  })
})

test('a hold decides before the way through the rollout', async () => {
  const run = await start()
  const ctx = personContext(run.client.mspId)
  const patchId = await run.patchId('lab-svc', '2.0')
  await setHold(ctx, { patchId, clients: [run.client.clientId], reason: 'breaks the till' })
  const page = await getDevice(ctx, { deviceId: run.devices[0]?.deviceId ?? '' })
  expect(answer(page)).toMatch(/^It is held for .* by Nora: breaks the till\.$/)
  expect(page.missing[0]?.why.ladder[0]).toMatchObject({ name: 'Hold', decides: { mark: 'held' } })
})

test('not found for people of other clients and other MSPs; a reader may look and not act', async () => {
  const run = await start()
  const deviceId = run.devices[0]?.deviceId ?? ''
  const other = await start()
  await expect(getDevice(personContext(other.client.mspId), { deviceId })).rejects.toMatchObject({ code: 'not-found' })
  await expect(getDevice(personContext(run.client.mspId, { clients: [] }), { deviceId })).rejects.toMatchObject({
    code: 'not-found',
  })
  const page = await getDevice(personContext(run.client.mspId, { role: 'read-only' }), { deviceId })
  expect(page.can.scan).toEqual({ can: false, reason: 'This needs the right “device: scan”. Ask your owner.' })
})
