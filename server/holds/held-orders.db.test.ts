import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inHours } from '../../db/factories.ts'
import { exampleMissing } from '../device-api/test-device.ts'
import { finishRollout } from '../rollouts/finish-rollout.ts'
import { rollBackPatches } from '../rollouts/roll-back-patches.ts'
import { startRollout } from '../rollouts/start-rollout.ts'
import { personContext, type RolloutRun, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { signOrders } from '../work-orders/sign-orders.ts'
import { liftHold } from './lift-hold.ts'
import { setHold } from './set-hold.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
beforeEach(() => world.door.factories.beat())
afterAll(() => world?.stop())

const key = { keyid: 'test', privateKey: generateKeyPairSync('ed25519').privateKey }
const signer = async () => [key]
const inMsp = <T>(run: RolloutRun, work: Parameters<typeof world.door.factories.inMsp<T>>[1]) =>
  world.door.factories.inMsp(run.client.mspId, work)
const straggler = (run: RolloutRun) => {
  const device = run.devices.at(-1)
  if (!device) throw new Error('no device')
  return device
}
const installOf = async (run: RolloutRun): Promise<string> => {
  const [row] = await inMsp(
    run,
    (tx) => tx`select id from work_orders where device_id = ${straggler(run).deviceId} and verb = 'install'
      and state in ('ready', 'open') order by attempt desc limit 1`,
  )
  return row?.id
}

/** A rollout that has finished; its last device has the order, signed, and did not ask for it yet. */
async function finished(hosts = ['test-1', 'test-2'], refs = ['lab-svc=2.0']) {
  const run = await world.startPlan({ hosts, refs })
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  await run.judge(0, inHours(1.1))
  await finishRollout(run.job(), { rolloutId: run.rolloutId })
  await signOrders(new Date(), signer)
  return run
}

describe('after a rollout has finished', () => {
  test.each([
    ['all clients', () => 'all' as const],
    ['its client', (run: RolloutRun) => [run.client.clientId]],
  ])('a straggler gets neither the order nor the permit of a patch that is held for %s', async (_name, scope) => {
    const run = await finished()
    const orderId = await installOf(run)
    await setHold(personContext(run.client.mspId), {
      patchId: await run.patchId('lab-svc', '2.0'),
      clients: scope(run),
      reason: 'it eats disks',
    })
    expect((await straggler(run).poll()).body.orders).toEqual([])
    expect((await straggler(run).permit(orderId)).body).toMatchObject({ permit: false, denial: 'superseded' })
  })

  test('what goes with it goes on alone', async () => {
    const run = await finished(undefined, ['lab-svc=2.0', 'lab-lib=2.0'])
    const held = await run.patchId('lab-svc', '2.0')
    const free = await run.patchId('lab-lib', '2.0')
    await setHold(personContext(run.client.mspId), { patchId: held, clients: 'all', reason: 'it eats disks' })
    await run.dispatch()
    await signOrders(new Date(), signer)
    const orderId = await installOf(run)
    const [order] = await inMsp(run, (tx) => tx`select patch_ids from work_orders where id = ${orderId}`)
    expect(order?.patch_ids).toEqual([free])
    expect((await straggler(run).permit(orderId)).body).toMatchObject({ permit: true })
  })

  test('a patch that another rollout of this client takes back is stopped here too', async () => {
    const run = await finished()
    const device = await world.addDevices(run.client, ['test-9'], ['lab-svc=2.0'])
    const { rolloutId } = await startRollout(personContext(run.client.mspId), {
      clientId: run.client.clientId,
      patchIds: [],
    })
    const patchId = await run.patchId('lab-svc', '2.0')
    await inMsp(
      run,
      (tx) =>
        tx`update plan_items set state = 'proved' where rollout_id = ${rolloutId} and device_id = ${device[0]?.deviceId ?? ''}`,
    )
    await rollBackPatches(personContext(run.client.mspId), { rolloutId, patchIds: [patchId], reason: 'it eats disks' })
    expect((await straggler(run).poll()).body.orders).toEqual([])
    expect((await straggler(run).permit(await installOf(run))).body).toMatchObject({ denial: 'superseded' })
  })
})

describe('a hold that reached no rollout in time, such as one of a plan that was being made', () => {
  /** The hold alone, without the stop flag that `setHold` sets beside it. */
  const hold = async (run: RolloutRun, clientId: string | null) => {
    const patchId = await run.patchId('lab-svc', '2.0')
    const [row] = await inMsp(
      run,
      (tx) => tx`insert into holds (msp_id, client_id, patch_id, source, reason, set_by, set_at)
        values (${run.client.mspId}, ${clientId}, ${patchId}, 'person', 'it eats disks', 'Nora', now()) returning id`,
    )
    return row?.id
  }

  test('is waited for: the order starts when it is lifted', async () => {
    const run = await finished()
    const orderId = await installOf(run)
    const holdId = await hold(run, run.client.clientId)
    expect((await straggler(run).poll()).body.orders).toEqual([])
    expect((await straggler(run).permit(orderId)).body).toMatchObject({ permit: false, denial: 'stopped' })
    await liftHold(personContext(run.client.mspId), { holdId, reason: 'the vendor fixed it' })
    expect((await straggler(run).permit(orderId)).body).toMatchObject({ permit: true })
  })

  test('of another client reaches nobody here', async () => {
    const run = await finished()
    const other = await world.door.factories.makeClient(run.client.mspId)
    await hold(run, other.clientId)
    expect((await straggler(run).permit(await installOf(run))).body).toMatchObject({ permit: true })
  })

  test('keeps a stage order back when it holds nothing else, and never a rollback', async () => {
    const run = await finished()
    const device = straggler(run)
    await hold(run, null)
    const made = { deviceId: device.deviceId, rolloutId: run.rolloutId, position: 0 }
    const held = await run.patchId('lab-svc', '2.0')
    await device.inventory({ missing: exampleMissing('lab-svc=2.0', 'lab-lib=2.0') })
    const free = await run.patchId('lab-lib', '2.0')
    const stage = (attempt: number, patchIds: string[]) =>
      world.door.factories.makeOrder(run.client, { ...made, verb: 'stage', attempt, patchIds })
    await stage(2, [held])
    const mixed = await stage(3, [held, free])
    const back = await world.door.factories.makeOrder(run.client, { ...made, verb: 'rollback', patchIds: [held] })
    const polled = (await device.poll()).body.orders.map(({ payload }) => payload)
    expect(new Set(polled)).toEqual(new Set([mixed, back]))
    expect((await device.permit(back)).body).toMatchObject({ permit: true })
  })
})
