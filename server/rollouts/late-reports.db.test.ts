import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitUntil } from '../device-api/testing.ts'
import { finishRollout } from './finish-rollout.ts'
import { type RolloutRun, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const later = (hours: number) => new Date(Date.now() + hours * 3_600_000)
const inMsp = <T>(run: RolloutRun, work: Parameters<RolloutWorld['door']['factories']['inMsp']>[1]) =>
  world.door.factories.inMsp(run.client.mspId, work) as Promise<T>

/** What each host's item is and whether it still keeps others off its package. */
async function claims(run: RolloutRun) {
  const rows = await inMsp<{ host_name: string; state: string; is_claimed: boolean }[]>(
    run,
    (tx) => tx`select d.host_name, i.state, i.is_claimed from plan_items i join devices d on d.id = i.device_id
      where i.rollout_id = ${run.rolloutId}`,
  )
  return Object.fromEntries(rows.map((row) => [row.host_name, `${row.state}${row.is_claimed ? ', claimed' : ''}`]))
}

/** A test ring of two that one of them proves: it soaks, passes and closes while the other has not come yet. */
async function closedWithStraggler() {
  const run = await world.startPlan({ hosts: ['test-1', 'test-2'] })
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  expect(await run.judge(0, later(2))).toMatchObject({ isClosed: true })
  expect(await claims(run)).toEqual({ 'test-1': 'proved', 'test-2': 'ordered, claimed' })
  return run
}

describe('a device that reports after its ring was closed', () => {
  test('proved: its package is free for the next rollout', async () => {
    const run = await closedWithStraggler()
    await run.tell('test-2', 'install', 'installed')
    expect(await claims(run)).toEqual({ 'test-1': 'proved', 'test-2': 'proved' })
  })

  test('not finished yet: it keeps its claim', async () => {
    const run = await closedWithStraggler()
    await run.tell('test-2', 'install', 'not-started', { state: 'installing' })
    expect((await claims(run))['test-2']).toMatch(/, claimed$/)
  })

  test('failed: it keeps its claim for a retry while the rollout runs, and no longer when that is over', async () => {
    const run = await closedWithStraggler()
    await run.tell('test-2', 'install', 'failed')
    expect((await claims(run))['test-2']).toBe('failed, claimed')
    const over = await closedWithStraggler()
    await finishRollout(over.job(), { rolloutId: over.rolloutId })
    expect((await claims(over))['test-2']).toBe('ordered, claimed')
    await over.tell('test-2', 'install', 'failed')
    expect((await claims(over))['test-2']).toBe('failed')
  })

  test('of an aborted rollout that was under way on it: free', async () => {
    const run = await world.startPlan({ hosts: ['test-1'] })
    await run.tell('test-1', 'install', 'not-started', { state: 'installing' })
    await inMsp(run, (tx) => tx`update rollouts set state = 'aborted' where id = ${run.rolloutId}`)
    await run.tell('test-1', 'install', 'installed')
    expect(await claims(run)).toEqual({ 'test-1': 'proved' })
  })
})

test('closing a ring does not wait for a device that reports right now', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'test-2'] })
  await run.tell('test-1', 'install', 'installed')
  await run.judge(0)
  // As a report does it: the item of the device first, then the ring. Closing goes the other way round.
  await inMsp(run, async (tx) => {
    await tx`select from plan_items where rollout_id = ${run.rolloutId} and state = 'proved' for update`
    const closing = run.judge(0, later(2))
    closing.catch(() => {})
    await waitUntil(async () => {
      const [row] = await tx`select state from rollout_rings where rollout_id = ${run.rolloutId} and position = 0`
      const [waits] = await tx`select count(*)::int as others from pg_stat_activity
        where datname = current_database() and pg_backend_pid() = any (pg_blocking_pids(pid))`
      return row?.state === 'closed' || waits?.others
    })
    await tx`update rollout_rings set is_dirty = true where rollout_id = ${run.rolloutId} and position = 0`
    expect(await closing).toMatchObject({ isClosed: true })
  })
})
