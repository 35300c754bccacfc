import { afterAll, beforeAll, expect, test } from 'vitest'
import { markChangedRings } from './mark-changed-rings.ts'
import { type RolloutRun, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const minutesOn = (minutes: number) => new Date(Date.now() + minutes * 60_000)
const gateOf = (run: RolloutRun) =>
  world.door.factories.inMsp(run.client.mspId, async (tx) => {
    const [gate] =
      await tx`select verdict, verdict_reason as reason from ring_patches where rollout_id = ${run.rolloutId} and position = 0`
    return gate
  })
/** What the evaluator told this ring's workflow just now; sent at once. */
const tells = async (run: RolloutRun, at: Date) => {
  await markChangedRings(at)
  const rows = await world.door.factories
    .across`update outbox set sent_at = now() where stream = ${run.rolloutId} and sent_at is null and kind = 'ring-changed' returning 1`
  return rows.length
}

test('a device that proved the patch and went silent in the soak does not pass the gate; when it is back, it does', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'prod-1'] })
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  await tells(run, new Date())

  const silent = await run.judge(0, minutesOn(61), { silent: ['test-1'] })
  expect(await gateOf(run)).toEqual({
    verdict: 'soaking',
    reason: '1 of 1 proved, 0 failed, 0 heard from since the soak, 1 needed',
  })
  expect(silent.nextDueMs, 'the question at the deadline').toBeGreaterThan(minutesOn(62).getTime())
  expect(await tells(run, minutesOn(62))).toBe(0)

  await world.hear(run.devices, minutesOn(63))
  expect(await tells(run, minutesOn(64)), 'the evaluator sees that it is back').toBe(1)
  await run.judge(0, minutesOn(64))
  expect(await gateOf(run)).toMatchObject({ verdict: 'pass' })
})

test('a device that stays silent leads to a question at the deadline, never to a pass', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'prod-1'] })
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  const { nextDueMs } = await run.judge(0, minutesOn(61), { silent: ['test-1'] })
  await run.judge(0, new Date((nextDueMs ?? 0) + 1), { silent: ['test-1'] })
  expect(await gateOf(run)).toEqual({
    verdict: 'asking',
    reason: 'Not enough evidence: 1 of 1 proved, 0 failed, 0 heard from since the soak, 1 needed',
  })
})
