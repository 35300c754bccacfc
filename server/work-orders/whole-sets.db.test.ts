import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jobContext } from '../auth/job-context.ts'
import { setHold } from '../holds/set-hold.ts'
import { rollBackPatches } from '../rollouts/roll-back-patches.ts'
import { stageRollout } from '../rollouts/stage-rollout.ts'
import { startRollout } from '../rollouts/start-rollout.ts'
import {
  personContext,
  plainPolicy,
  type RolloutRun,
  type RolloutWorld,
  startRolloutWorld,
} from '../rollouts/testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const both = 'lab-lib=2.0 + lab-svc=2.0'
const apart = ['lab-lib=2.0', 'lab-svc=2.0']
/** Who is not a test device is in the last ring, by no share. */
const twoRings = { ...plainPolicy, rings: [...plainPolicy.rings.slice(0, 1), ...plainPolicy.rings.slice(-1)] }
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000)
const rowsOf = (run: Pick<RolloutRun, 'client'>, work: Parameters<RolloutWorld['door']['factories']['inMsp']>[1]) =>
  world.door.factories.inMsp(run.client.mspId, work) as Promise<Record<string, unknown>[]>

/** The install orders of a host, in the order they were made: state, and the packages that each would bring in. */
const orders = (run: RolloutRun, host: string) =>
  rowsOf(
    run,
    (
      tx,
    ) => tx`select o.state, array(select u->>'name' from jsonb_array_elements(o.body->'sets') s, jsonb_array_elements(s->'updates') u
        order by 1) as packages, cardinality(o.patch_ids) as patches
      from work_orders o join devices d on d.id = o.device_id where d.host_name = ${host} and o.verb = 'install' order by o.attempt`,
  )
const items = (run: RolloutRun, host: string) =>
  rowsOf(
    run,
    (
      tx,
    ) => tx`select i.package_name, i.state, i.is_claimed, i.reason from plan_items i join devices d on d.id = i.device_id
      where d.host_name = ${host} order by 1`,
  )
const gates = (run: RolloutRun) =>
  rowsOf(
    run,
    (
      tx,
    ) => tx`select p.position, t.name, p.verdict, p.due, p.proved_needed from ring_patches p join patches t on t.id = p.patch_id
      where p.due > 0 order by 1, 2`,
  )
const lastRing = async (run: RolloutRun) =>
  Number((await rowsOf(run, (tx) => tx`select max(position) as last from plan_items`))[0]?.last)

/** A test device that has both packages as two sets, and a production device that has them as one. */
const startParted = () => world.startPlan({ hosts: ['test-1', 'prod-1'], refs: apart, refsOf: { 'prod-1': [both] } })
/** In the test ring `lab-svc` fails and `lab-lib` passes; then the last ring is opened. */
async function failOneOfBoth(run: RolloutRun) {
  await run.tell('test-1', 'install', 'installed', { refs: ['lab-lib=2.0'], state: 'installing' })
  await run.tell('test-1', 'install', 'rolled-back', { refs: ['lab-svc=2.0'], state: 'proved' })
  await run.judge(0)
  expect(await run.judge(0, inHours(2))).toMatchObject({ isClosed: true })
  return run.open(await lastRing(run), inHours(2))
}

test('a set of two goes in whole, with one order', async () => {
  const run = await world.startPlan({ hosts: ['test-1'], refs: [both] })
  expect(await orders(run, 'test-1')).toEqual([{ state: 'unsigned', packages: ['lab-lib', 'lab-svc'], patches: 2 }])
})

describe('a member that does not go in', () => {
  test('takes the rest of its set along, with the reason, and no order is made over and over', async () => {
    const run = await startParted()
    expect(await failOneOfBoth(run)).toMatchObject({ outcome: 'nothing' })
    for (let round = 0; round < 6; round += 1) await run.dispatch(inHours(2))
    expect(await orders(run, 'prod-1')).toEqual([])
    expect(await items(run, 'prod-1')).toMatchObject([
      { state: 'dropped', is_claimed: false, reason: 'Goes in together with lab-svc 2.0, which does not go in' },
      { state: 'dropped', is_claimed: false },
    ])
  })
  test('leaves the gate of the others to the devices that can take them', async () => {
    const run = await world.startPlan({
      hosts: ['test-1', 'prod-1', 'prod-2', 'prod-3'],
      refs: apart,
      refsOf: { 'prod-1': [both] },
      policy: twoRings,
    })
    expect(await failOneOfBoth(run)).toMatchObject({ outcome: 'open' })
    expect(await gates(run)).toMatchObject([
      { name: 'lab-lib', verdict: 'pass', due: 1 },
      { name: 'lab-svc', verdict: 'fail', due: 1 },
      { name: 'lab-lib', verdict: 'collecting', due: 2, proved_needed: 2 },
      { name: 'lab-svc', verdict: 'skipped' },
    ])
    expect(await orders(run, 'prod-2')).toEqual([{ state: 'unsigned', packages: ['lab-lib'], patches: 1 }])
  })
  test('held before its ring opens: the rest is not tried without it, here or further out', async () => {
    const run = await world.startPlan({ hosts: ['test-1', 'prod-1'], refs: apart, refsOf: { 'test-1': [both] } })
    const patchId = await run.patchId('lab-svc', '2.0')
    await setHold(personContext(run.client.mspId), { patchId, clients: 'all', reason: 'it eats disks' })
    for (let round = 0; round < 3; round += 1) await run.dispatch()
    expect(await orders(run, 'test-1')).toMatchObject([{ state: 'void' }])
    expect(await run.judge(0)).toMatchObject({ isClosed: true })
    expect(await gates(run)).toMatchObject([
      { position: 0, name: 'lab-lib', verdict: 'skipped' },
      { position: 0, name: 'lab-svc', verdict: 'fail' },
      { name: 'lab-lib', verdict: 'waiting' },
      { name: 'lab-svc', verdict: 'waiting' },
    ])
    expect(await run.open(await lastRing(run))).toMatchObject({ outcome: 'nothing' })
    expect(await orders(run, 'prod-1')).toEqual([])
  })
  test('taken back by a person after the end: a straggler’s whole set is free', async () => {
    const run = await startParted()
    for (const ref of apart) await run.tell('test-1', 'install', 'installed', { refs: [ref] })
    await run.judge(0)
    await run.judge(0, inHours(2))
    await run.open(await lastRing(run), inHours(2))
    expect(await orders(run, 'prod-1')).toMatchObject([{ state: 'unsigned', patches: 2 }])
    await rowsOf(run, (tx) => tx`update rollouts set state = 'finished' where id = ${run.rolloutId}`)
    await rowsOf(run, (tx) => tx`update ring_patches set verdict = 'pass' where rollout_id = ${run.rolloutId}`)
    const patchIds = [await run.patchId('lab-svc', '2.0')]
    await rollBackPatches(personContext(run.client.mspId), { rolloutId: run.rolloutId, reason: 'it is slow', patchIds })
    for (let round = 0; round < 3; round += 1) await run.dispatch(inHours(2))
    expect(await orders(run, 'prod-1')).toMatchObject([{ state: 'void' }])
    expect(await items(run, 'prod-1')).toMatchObject([
      { state: 'dropped', is_claimed: false, reason: 'Goes in together with lab-svc 2.0, which does not go in' },
      { state: 'dropped', is_claimed: false, reason: 'it is slow' },
    ])
  })
})

test('a stage order names each set once, however many members it has', async () => {
  const three = 'lab-base=2.0 + lab-lib=2.0 + lab-svc=2.0'
  const { client } = await world.makeFleet({ hosts: ['test-1'], refs: [three, 'lab-doc=2.0'] })
  const { rolloutId } = await startRollout(personContext(client.mspId), { clientId: client.clientId, patchIds: [] })
  await stageRollout(jobContext(client.mspId, 'rollout'), { rolloutId })
  await stageRollout(jobContext(client.mspId, 'rollout'), { rolloutId })
  const made = await rowsOf(
    { client },
    (
      tx,
    ) => tx`select array(select jsonb_array_length(s->'updates') from jsonb_array_elements(body->'sets') s order by 1) as sets,
      cardinality(patch_ids) as patches from work_orders where verb = 'stage'`,
  )
  expect(made).toEqual([{ sets: [1, 3], patches: 4 }])
})
