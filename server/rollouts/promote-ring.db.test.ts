import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { abortRollout } from './abort-rollout.ts'
import { confirmGate } from './confirm-gate.ts'
import { getRollout } from './get-rollout.ts'
import { pauseRollout } from './pause-rollout.ts'
import { promoteRing } from './promote-ring.ts'
import { resumeRollout } from './resume-rollout.ts'
import { rollBackPatches } from './roll-back-patches.ts'
import { personContext, plainPolicy, type RolloutRun, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const plan = { hosts: ['test-1', 'test-2', 'prod-1'] }
const gates = (run: RolloutRun) =>
  world.door.factories.inMsp(run.client.mspId, async (tx) => [
    ...(await tx<{ position: number; verdict: string; is_stopped: boolean; is_confirmed: boolean }[]>`
      select position, verdict, is_stopped, is_confirmed from ring_patches where due > 0 order by position`),
  ])
const last = (run: RolloutRun, table: 'audit_records' | 'holds') =>
  world.door.factories.inMsp(run.client.mspId, async (tx) => {
    const [row] = await tx`select * from ${tx(table)} order by id desc limit 1`
    return row
  })
const epoch = (run: RolloutRun) =>
  world.door.factories.inMsp(
    run.client.mspId,
    async (tx) => (await tx`select control_epoch from rollouts`)[0]?.control_epoch,
  )

describe('promoting', () => {
  test('skips what is left of the soak, and the gate passes at the next look', async () => {
    const run = await world.startPlan(plan)
    const ctx = personContext(run.client.mspId)
    const ask = { rolloutId: run.rolloutId, position: 0, reason: 'urgent for Friday' }
    await expect(promoteRing(ctx, ask), 'nothing soaks yet').rejects.toThrow('No ring soaks now.')
    await run.tell('test-1', 'install', 'installed')
    await run.judge(0)
    expect((await gates(run))[0]?.verdict).toBe('soaking')
    await expect(promoteRing(ctx, { ...ask, position: 2 })).rejects.toThrow('This ring is not open.')
    await promoteRing(ctx, ask)
    await run.judge(0)
    expect((await gates(run))[0]?.verdict).toBe('pass')
    expect(await epoch(run)).toBe(1)
    expect(await last(run, 'audit_records')).toMatchObject({ action: 'rollout:promote', changes: { ring: 'Test' } })
  })

  test('another rollout that soaks opens nothing here', async () => {
    const run = await world.startPlan(plan)
    const other = await world.startPlan({ ...plan, mspId: run.client.mspId })
    await other.tell('test-1', 'install', 'installed')
    await other.judge(0)
    await expect(
      promoteRing(personContext(run.client.mspId), { rolloutId: run.rolloutId, position: 0, reason: 'urgent' }),
    ).rejects.toThrow('No ring soaks now.')
  })

  test('is closed while paused, and while a rollback of this rollout is open', async () => {
    const run = await world.startPlan({ ...plan, refs: ['lab-svc=2.0', 'lab-lib=2.0'] })
    const ctx = personContext(run.client.mspId)
    const ask = { rolloutId: run.rolloutId, position: 0, reason: 'urgent for Friday' }
    await run.tell('test-1', 'install', 'installed')
    await run.judge(0)
    const patchId = await run.patchId('lab-svc', '2.0')
    await rollBackPatches(ctx, { rolloutId: run.rolloutId, patchIds: [patchId], reason: 'slow logins' })
    await run.dispatch()
    await expect(promoteRing(ctx, ask)).rejects.toThrow(
      'Promote opens when the rollback of lab-svc 2.0 has ended: test-1 has not reported yet.',
    )
    await run.tell('test-1', 'rollback', 'rolled-back', { refs: ['lab-svc=2.0'] })
    await pauseRollout(ctx, { rolloutId: run.rolloutId, reason: 'lunch break' })
    await expect(promoteRing(ctx, ask)).rejects.toThrow('It is paused. Resume it first.')
  })
})

describe('rolling back by hand', () => {
  test('holds the patch for this client, stops it in every ring, and orders the undo where it went in', async () => {
    const run = await world.startPlan(plan)
    const ctx = personContext(run.client.mspId)
    const patchId = await run.patchId('lab-svc', '2.0')
    const ask = { rolloutId: run.rolloutId, patchIds: [patchId], reason: 'slow logins' }
    await expect(rollBackPatches(ctx, ask)).rejects.toThrow('Nothing of this rollout is installed.')
    await run.tell('test-1', 'install', 'installed')
    await rollBackPatches(ctx, ask)
    expect((await gates(run)).map((gate) => gate.is_stopped)).toEqual([true, true])
    expect(await last(run, 'holds')).toMatchObject({ source: 'person', set_by: 'Nora', client_id: run.client.clientId })
    expect(await run.dispatch()).toMatchObject({ rollbacks: 1 })
    expect(await epoch(run)).toBe(1)
    expect(await last(run, 'audit_records')).toMatchObject({
      action: 'rollout:roll-back',
      reason: 'slow logins',
      changes: { patches: ['lab-svc 2.0'] },
    })
  })

  test('a patch that is not of this rollout, or a rollout one may not see, is not found', async () => {
    const run = await world.startPlan(plan)
    const other = await world.startPlan(plan)
    await run.tell('test-1', 'install', 'installed')
    const ask = { rolloutId: run.rolloutId, patchIds: [await other.patchId('lab-svc', '2.0')], reason: 'slow logins' }
    await expect(rollBackPatches(personContext(run.client.mspId), ask)).rejects.toThrow('This patch was not found')
    await expect(rollBackPatches(personContext(other.client.mspId), ask)).rejects.toThrow('This rollout was not found')
    await expect(rollBackPatches(personContext(run.client.mspId, { role: 'read-only' }), ask)).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect((await gates(run)).map((gate) => gate.is_stopped)).toEqual([false, false])
  })
})

describe('a gate that asks', () => {
  const asking = async () => {
    const run = await world.startPlan({
      ...plan,
      policy: { ...plainPolicy, gate: { ...plainPolicy.gate, smallRingNeedsPerson: true } },
    })
    await run.tell('test-1', 'install', 'installed')
    await run.judge(0)
    await run.judge(0, new Date(Date.now() + 61 * 60_000))
    return { run, ask: { rolloutId: run.rolloutId, position: 0, patchId: await run.patchId('lab-svc', '2.0') } }
  }

  test('goes on with a yes', async () => {
    const { run, ask } = await asking()
    expect((await gates(run))[0]?.verdict).toBe('asking')
    const ctx = personContext(run.client.mspId)
    await expect(confirmGate(ctx, { ...ask, position: 2, answer: 'go-on', reason: 'looks fine' })).rejects.toThrow(
      'This gate asks nobody now.',
    )
    await confirmGate(ctx, { ...ask, answer: 'go-on', reason: 'looks fine' })
    await run.judge(0)
    expect((await gates(run))[0]).toMatchObject({ verdict: 'pass', is_confirmed: true })
    expect(await last(run, 'audit_records')).toMatchObject({
      action: 'rollout:confirm-gate',
      changes: { answer: 'go-on', evidence: "1 of 2 proved, 0 failed; a small test ring asks for a person's yes" },
    })
  })

  test('is taken back with a no; foreigners find nothing', async () => {
    const { run, ask } = await asking()
    const other = await world.startPlan(plan)
    await expect(
      confirmGate(personContext(other.client.mspId), { ...ask, answer: 'stop', reason: 'not mine' }),
    ).rejects.toThrow('not found')
    await confirmGate(personContext(run.client.mspId), { ...ask, answer: 'stop', reason: 'users complain' })
    await run.judge(0)
    expect((await gates(run))[0]).toMatchObject({ verdict: 'fail', is_stopped: true })
    expect(await run.dispatch()).toMatchObject({ rollbacks: 1 })
    expect(await last(run, 'holds')).toMatchObject({ source: 'person', reason: 'users complain' })
  })

  test.each(['go-on', 'stop'] as const)('takes no "%s" during a pause or after an answer', async (answer) => {
    const { run, ask } = await asking()
    const ctx = personContext(run.client.mspId)
    const give = () => confirmGate(ctx, { ...ask, answer, reason: 'looks fine' })
    const control = { rolloutId: run.rolloutId, reason: 'lunch break' }
    await pauseRollout(ctx, control)
    await expect(give()).rejects.toThrow('It is paused. Resume it first.')
    await resumeRollout(ctx, control)
    const later = new Date(Date.now() + 2 * 3_600_000)
    await run.judge(0, later)
    await confirmGate(ctx, { ...ask, answer: 'go-on', reason: 'looks fine' })
    await expect(give(), 'answered already').rejects.toThrow('This gate asks nobody now.')
    await pauseRollout(ctx, control)
    await run.judge(0, later)
    expect((await gates(run))[0]?.verdict, 'a yes that came just before a pause waits for its end').not.toBe('pass')
    await resumeRollout(ctx, control)
    await run.judge(0, later)
    expect((await gates(run))[0]?.verdict).toBe('pass')
  })

  test('takes no answer after an abort, and holds nothing', async () => {
    const { run, ask } = await asking()
    const ctx = personContext(run.client.mspId)
    await abortRollout(ctx, { rolloutId: run.rolloutId, reason: 'enough of it' })
    for (const answer of ['go-on', 'stop'] as const)
      await expect(confirmGate(ctx, { ...ask, answer, reason: 'too late' })).rejects.toThrow(
        'This rollout was aborted.',
      )
    expect(await last(run, 'holds')).toBeUndefined()
    expect((await getRollout(ctx, { rolloutId: run.rolloutId })).can.confirmGate).toEqual({
      can: false,
      reason: 'This rollout was aborted.',
    })
  })
})
