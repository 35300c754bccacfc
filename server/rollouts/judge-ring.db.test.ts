import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { afterJudgement } from '../../workflows/rollout/plan.ts'
import { markChangedRings } from './mark-changed-rings.ts'
import { pauseRollout } from './pause-rollout.ts'
import { resumeRollout } from './resume-rollout.ts'
import { personContext, plainPolicy, type RolloutRun, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const dayMs = 24 * 3_600_000
const ringDeadlineMs = 7 * dayMs
const verdicts = (run: RolloutRun) =>
  world.door.factories.inMsp(run.client.mspId, async (tx) =>
    [...(await tx<{ verdict: string }[]>`select verdict from ring_patches where position = 0 order by patch_id`)].map(
      (row) => row.verdict,
    ),
  )
const openedAt = (run: RolloutRun) =>
  world.door.factories.inMsp(run.client.mspId, async (tx): Promise<number> => {
    const [ring] = await tx`select opened_at from rollout_rings where position = 0`
    return ring?.opened_at.getTime()
  })
/** How often the evaluator tells the ring now; the relay has sent what it told before. */
async function signals(run: RolloutRun, at: Date): Promise<number> {
  await world.door.factories.across`update outbox set sent_at = now() where stream = ${run.rolloutId}`
  await markChangedRings(at)
  return (await world.door.factories.across`select from outbox where stream = ${run.rolloutId} and sent_at is null`)
    .length
}
const longer = { ...plainPolicy, gate: { ...plainPolicy.gate, onNotEnough: 'soak-longer' as const } }

describe('a gate without enough evidence', () => {
  test('where the policy soaks longer: waits as long once more, asleep, and then asks a person', async () => {
    const run = await world.startPlan({ hosts: ['test-1', 'prod-1'], policy: longer })
    const opened = await openedAt(run)
    const due = opened + ringDeadlineMs
    expect(await run.judge(0, new Date(opened + dayMs))).toMatchObject({ nextDueMs: due + ringDeadlineMs })
    const late = due + dayMs
    const judged = await run.judge(0, new Date(late))
    expect([judged.nextDueMs, await verdicts(run)]).toEqual([due + ringDeadlineMs, ['collecting']])
    expect(afterJudgement(judged, late)).toEqual({ kind: 'wait', forMs: ringDeadlineMs - dayMs })
    const asked = await run.judge(0, new Date(due + ringDeadlineMs))
    expect([asked, await verdicts(run)]).toEqual([{ isClosed: false, isEnded: false, nextDueMs: null }, ['asking']])
  })

  test('beside one that soaks: wakes for the soak, not at once', async () => {
    const run = await world.startPlan({
      hosts: ['test-1', 'prod-1'],
      refs: ['lab-svc=2.0', 'lab-lib=2.0'],
      policy: longer,
    })
    const late = (await openedAt(run)) + ringDeadlineMs + dayMs
    await run.tell('test-1', 'install', 'installed', { refs: ['lab-svc=2.0'] })
    const judged = await run.judge(0, new Date(late))
    expect((await verdicts(run)).sort()).toEqual(['collecting', 'soaking'])
    expect(judged.nextDueMs).toBe(late + 3_600_000)
  })

  test('asks until enough have proved it: then it soaks, and no word before that wakes anybody', async () => {
    const run = await world.startPlan({
      hosts: ['test-1', 'test-2', 'prod-1'],
      policy: { ...plainPolicy, gate: { ...plainPolicy.gate, smallRingBelow: 0, provedShare: 1 } },
    })
    const late = new Date((await openedAt(run)) + ringDeadlineMs)
    await run.judge(0, late)
    await signals(run, late)
    await run.tell('test-1', 'install', 'installed')
    expect([await signals(run, late), await verdicts(run)]).toEqual([0, ['asking']])
    await run.tell('test-2', 'install', 'installed')
    expect(await signals(run, late)).toBe(1)
    await run.judge(0, late)
    expect(await verdicts(run)).toEqual(['soaking'])
  })
})

test('a small test ring that asks for a yes is not woken by further proofs', async () => {
  const run = await world.startPlan({
    hosts: ['test-1', 'test-2', 'prod-1'],
    policy: { ...plainPolicy, gate: { ...plainPolicy.gate, smallRingNeedsPerson: true } },
  })
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  const soaked = new Date(Date.now() + 3_600_000 + 60_000)
  await run.judge(0, soaked)
  await signals(run, soaked)
  await run.tell('test-2', 'install', 'installed')
  expect([await signals(run, soaked), await verdicts(run)]).toEqual([0, ['asking']])
})

test('a plan that was frozen before a section of the policy existed is judged, opened and resumed', async () => {
  const rings = plainPolicy.rings.filter((ring) => ring.members.kind !== 'percent')
  const run = await world.startPlan({ hosts: ['test-1', 'prod-1'], policy: { ...plainPolicy, rings } })
  await world.door.factories.inMsp(
    run.client.mspId,
    (tx) => tx`update rollouts set policy = policy - 'dueDays' - 'breaker' where id = ${run.rolloutId}`,
  )
  const ctx = personContext(run.client.mspId)
  const control = { rolloutId: run.rolloutId, reason: 'a new release' }
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  await pauseRollout(ctx, control)
  await resumeRollout(ctx, control)
  const soaked = new Date(Date.now() + 3_600_000 + 60_000)
  expect(await run.judge(0, soaked)).toMatchObject({ isClosed: true })
  expect(await run.open(1, soaked)).toMatchObject({ outcome: 'open' })
})
