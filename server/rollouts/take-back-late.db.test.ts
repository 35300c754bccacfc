import { afterAll, beforeAll, expect, test } from 'vitest'
import { abortRollout } from './abort-rollout.ts'
import { finishRollout } from './finish-rollout.ts'
import { markChangedRings } from './mark-changed-rings.ts'
import { takeBackLate } from './take-back-late.ts'
import { personContext, plainPolicy, type RolloutRun, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

/** Without a ring that is filled by shares: which devices it takes hangs on their ids. */
const policy = { ...plainPolicy, rings: plainPolicy.rings.filter((ring) => ring.members.kind !== 'percent') }
const last = 1
const later = new Date(Date.now() + 61 * 60_000)
const late = (run: RolloutRun) => takeBackLate(() => run.job(later))
const gates = (run: RolloutRun) =>
  world.door.factories.inMsp(run.client.mspId, async (tx) => [
    ...(await tx<{ verdict: string; verdict_reason: string; is_taken_back: boolean; ring: string }[]>`
      select p.verdict, p.verdict_reason, p.roll_back_at is not null as is_taken_back, r.state as ring
      from ring_patches p join rollout_rings r on r.rollout_id = p.rollout_id and r.position = p.position
      where p.due > 0 order by p.position`),
  ])
const holds = (run: RolloutRun) =>
  world.door.factories.inMsp(run.client.mspId, (tx) => tx`select source, set_by, reason from holds`)
/** Which rings the evaluator tells now; the relay has sent what it told before. */
async function signals(run: RolloutRun) {
  await world.door.factories.across`update outbox set sent_at = now() where stream = ${run.rolloutId}`
  await markChangedRings(later)
  return (
    await world.door.factories.across`select payload->'position' as position from outbox
    where stream = ${run.rolloutId} and kind = 'ring-changed' and sent_at is null`
  ).map((row) => row.position)
}

/** The test ring has passed on the word of its first device; the second one has still to speak. */
async function passedTest(hosts = ['test-1', 'test-2', 'prod-1']) {
  const run = await world.startPlan({ hosts, policy })
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  await run.judge(0, later)
  expect((await gates(run))[0]).toMatchObject({ verdict: 'pass', ring: 'closed' })
  return run
}

test('a failure in a ring that has passed wakes the ring that is open, which holds the patch and takes it back everywhere', async () => {
  const run = await passedTest()
  await run.open(last, later)
  await signals(run)
  await run.tell('test-2', 'install', 'rolled-back')
  expect(await late(run), 'the open ring sees to it').toBe(0)
  expect(await signals(run)).toEqual([last])
  expect(await run.judge(last, later)).toMatchObject({ isClosed: true })
  expect(await gates(run)).toMatchObject([
    {
      verdict: 'fail',
      is_taken_back: true,
      verdict_reason: '1 of 2 proved, 1 failed, limit 0; it had passed before',
    },
    { verdict: 'fail', is_taken_back: true, ring: 'closed' },
  ])
  expect(await holds(run)).toEqual([
    {
      source: 'gate',
      set_by: 'Gate of Test',
      reason: 'lab-svc 2.0 failed the gate of ring Test: 1 of 2 proved, 1 failed, limit 0; it had passed before',
    },
  ])
  expect(await run.dispatch(later)).toMatchObject({ rollbacks: 1 })
  expect(await signals(run), 'once').toEqual([])
})

test('it is taken back also where the open ring has let it pass and waits for another patch only', async () => {
  const refs = ['lab-lib=2.0', 'lab-svc=2.0']
  const run = await world.startPlan({ hosts: ['test-1', 'test-2', 'prod-1'], refs, policy })
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  await run.judge(0, later)
  await run.open(last, later)
  await run.tell('prod-1', 'install', 'installed', { refs: ['lab-svc=2.0'] })
  await run.judge(last, later)
  const soaked = new Date(later.getTime() + 61 * 60_000)
  expect(await run.judge(last, soaked)).toMatchObject({ isClosed: false })
  await signals(run)
  await run.tell('test-2', 'install', 'rolled-back', { refs: ['lab-svc=2.0'] })
  expect(await signals(run)).toEqual([last])
  await run.judge(last, soaked)
  const taken = (await gates(run)).filter((gate) => gate.is_taken_back)
  expect(taken.map((gate) => [gate.verdict, gate.ring])).toEqual([
    ['fail', 'closed'],
    ['pass', 'open'],
  ])
  expect(await run.dispatch(soaked)).toMatchObject({ rollbacks: 2 })
})

test('between two rings nobody is woken: the sweep takes it back', async () => {
  const run = await passedTest()
  await run.tell('test-2', 'install', 'rolled-back')
  expect(await signals(run)).toEqual([])
  expect(await late(run)).toBe(1)
  expect(await holds(run)).toHaveLength(1)
  expect(await run.dispatch(later)).toMatchObject({ rollbacks: 1 })
  expect(await late(run), 'once').toBe(0)
  expect(await run.open(last, later)).toMatchObject({ outcome: 'nothing' })
  const audit = await world.door.factories.inMsp(
    run.client.mspId,
    (tx) => tx`select action, changes->>'decision' as decision from audit_records order by id desc limit 2`,
  )
  expect(audit.map((row) => row.decision)).toContain('hold and take back')
})

test('so it does after the rollout has finished, while a straggler is still to come', async () => {
  const run = await passedTest(['test-1', 'test-2', 'test-3'])
  await finishRollout(run.job(later), { rolloutId: run.rolloutId })
  await run.tell('test-2', 'install', 'rolled-back')
  await markChangedRings(later)
  expect(await late(run)).toBe(1)
  expect(await holds(run)).toHaveLength(1)
  expect(await run.dispatch(later)).toMatchObject({ rollbacks: 1 })
})

test('what an aborted rollout installed stays, whatever is reported afterwards', async () => {
  const run = await passedTest()
  await abortRollout(personContext(run.client.mspId), { rolloutId: run.rolloutId, reason: 'enough' })
  await run.tell('test-2', 'install', 'rolled-back')
  await markChangedRings(later)
  expect(await late(run)).toBe(0)
  expect(await holds(run)).toEqual([])
})
