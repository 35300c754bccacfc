import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { exampleMissing, type TestDevice } from '../device-api/test-device.ts'
import { ingest } from '../ingest.ts'
import { pauseRollout } from '../rollouts/pause-rollout.ts'
import { resumeRollout } from '../rollouts/resume-rollout.ts'
import { rollBackPatches } from '../rollouts/roll-back-patches.ts'
import { startRollout } from '../rollouts/start-rollout.ts'
import { personContext, type RolloutRun, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { signOrders } from './sign-orders.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
beforeEach(() => world.door.factories.beat())
afterAll(() => world?.stop())

const key = { keyid: 'test', privateKey: generateKeyPairSync('ed25519').privateKey }
const signer = async () => [key]
const why = 'logins became slow'

interface Order {
  id: string
  rollout_id: string
  verb: string
  state: string
  attempt: number
  supersedes: string[]
}
const orders = (run: RolloutRun) =>
  world.door.factories.inMsp(run.client.mspId, async (tx) => [
    ...(await tx<Order[]>`select id, rollout_id, verb, state, attempt, supersedes from work_orders
      where verb in ('install', 'rollback') order by created_at, attempt`),
  ])
const handedOut = async (device: TestDevice) =>
  (await device.poll()).body.orders.map((envelope): { orderId: string; verb: string; supersedes: string[] } =>
    JSON.parse(Buffer.from(envelope.payload, 'base64').toString()),
  )

/** R-1 has put lab-svc on the device; R-2 wants lab-lib there, has its order signed, and R-1 is to be taken back. */
async function twoRollouts() {
  const run = await world.startPlan({ hosts: ['test-1'] })
  const [device] = run.devices
  if (!device) throw new Error('no device')
  await run.tell('test-1', 'install', 'installed')
  await device.inventory({ missing: exampleMissing('lab-lib=2.0') })
  const ctx = personContext(run.client.mspId)
  const { rolloutId } = await startRollout(ctx, { clientId: run.client.clientId, patchIds: [] })
  await world.door.factories.inMsp(run.client.mspId, async (tx) => {
    await tx`update plan_items set state = 'staged' where rollout_id = ${rolloutId}`
    await tx`update rollout_rings set state = 'open', opened_at = now() where rollout_id = ${rolloutId} and position = 0`
    await tx`update ring_patches set verdict = 'collecting' where rollout_id = ${rolloutId} and position = 0`
    await tx`insert into ring_windows (msp_id, client_id, rollout_id, position, time_zone, opens_at, closes_at, last_start_at)
      values (${run.client.mspId}, ${run.client.clientId}, ${rolloutId}, 0, '*', '2000-01-01', '2200-01-01', '2200-01-01')`
  })
  await run.dispatch()
  await signOrders(new Date(), signer)
  const install = (await orders(run)).find((order) => order.rollout_id === rolloutId)
  if (!install) throw new Error('R-2 has no install order')
  const goBack = async () => {
    await rollBackPatches(ctx, {
      rolloutId: run.rolloutId,
      patchIds: [await run.patchId('lab-svc', '2.0')],
      reason: why,
    })
    await run.dispatch()
    await signOrders(new Date(), signer)
  }
  const control = { rolloutId, reason: why }
  return { run, device, install: install.id, ctx, goBack, control }
}

test('a rollback goes before an install that waits for its permit, which ends overtaken and is ordered anew', async () => {
  const { run, device, install, ctx, goBack, control } = await twoRollouts()
  expect((await handedOut(device)).map(({ orderId }) => orderId)).toEqual([install])
  await device.report({ orderId: install, state: 'accepted' })
  await pauseRollout(ctx, control)
  await goBack()
  const [back] = await handedOut(device)
  expect(back).toMatchObject({ verb: 'rollback', supersedes: [install] })
  expect((await device.permit(install)).body).toMatchObject({ permit: false, denial: 'superseded' })
  await device.report({ orderId: install, state: 'overtaken' })
  await device.report({ orderId: back?.orderId ?? '', state: 'rolled-back' })
  await resumeRollout(ctx, control)
  await run.dispatch()
  await signOrders(new Date(), signer)
  expect(await handedOut(device)).toMatchObject([{ verb: 'install', supersedes: [] }])
})

test('one that nobody fetched is void and ordered anew; it waits until the rollback has ended', async () => {
  const { run, device, install, goBack } = await twoRollouts()
  await goBack()
  const [back, ...others] = await handedOut(device)
  expect([back?.verb, others]).toEqual(['rollback', []])
  await run.dispatch()
  await signOrders(new Date(), signer)
  const made = (await orders(run)).filter((order) => order.verb === 'install').slice(1)
  expect(made).toMatchObject([
    { id: install, state: 'void' },
    { state: 'ready', attempt: 2 },
  ])
  expect(await handedOut(device)).toEqual([])
  await device.report({ orderId: back?.orderId ?? '', state: 'rolled-back' })
  expect((await handedOut(device)).map(({ orderId }) => orderId)).toEqual([made[1]?.id])
})

test('what has its permit is finished first, and at most for two hours', async () => {
  const { run, device, install, goBack } = await twoRollouts()
  await handedOut(device)
  await device.report({ orderId: install, state: 'accepted' })
  expect((await device.permit(install)).body).toMatchObject({ permit: true })
  await goBack()
  expect(await handedOut(device)).toEqual([])
  expect((await device.permit(install)).body, 'a permit that ran out unused is not renewed').toMatchObject({
    denial: 'superseded',
  })
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000)
  const lease = (minutes: number) => ingest('lease', { at: at(minutes), ids: [device.deviceId] })
  expect(await lease(119)).toEqual([])
  await device.report({ orderId: install, state: 'proved' })
  const back = (await orders(run)).find((order) => order.verb === 'rollback')
  expect((await handedOut(device)).map(({ orderId }) => orderId)).toEqual([back?.id])
})

test('a device that began and never ended it is taken back all the same', async () => {
  const { run, device, install, goBack } = await twoRollouts()
  await handedOut(device)
  expect((await device.permit(install)).body).toMatchObject({ permit: true })
  await goBack()
  const leased = await ingest('lease', { at: new Date(Date.now() + 121 * 60_000), ids: [device.deviceId] })
  const back = (await orders(run)).find((order) => order.verb === 'rollback')
  expect(leased.map((row) => row.order_id)).toEqual([back?.id])
})
