import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { rollouts } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import { abortRollout } from './abort-rollout.ts'
import { pauseRollout } from './pause-rollout.ts'
import { resumeRollout } from './resume-rollout.ts'
import { getRolloutRow, rolloutChange } from './rollout-rows.ts'
import { personContext, plainPolicy, type RolloutRun, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const minuteMs = 60_000
const plan = { hosts: ['test-1', 'prod-1'] }
const rows = <T extends object>(run: RolloutRun, query: 'rollouts' | 'outbox' | 'audit_records' | 'ring_patches') =>
  world.door.factories.inMsp(run.client.mspId, async (tx) => [
    ...(await tx<T[]>`select * from ${tx(query)} order by ${tx(query === 'ring_patches' ? 'position' : 'id')}`),
  ])
const sent = async (run: RolloutRun) => [
  ...(await world.door.factories.across`select kind, payload from outbox where stream = ${run.rolloutId} order by id`),
]
const ask = (run: RolloutRun, reason = 'printers stopped') => ({ rolloutId: run.rolloutId, reason })

/** A device with an install order that it may start. */
async function openOrder() {
  const run = await world.startPlan(plan)
  await world.door.factories.beat()
  const [device] = run.devices
  if (!device) throw new Error('no device')
  const patchIds = [await run.patchId('lab-svc', '2.0')]
  const order = await world.door.factories.makeOrder(run.client, {
    deviceId: device.deviceId,
    rolloutId: run.rolloutId,
    position: 0,
    attempt: 2,
    patchIds,
  })
  return { run, device, order }
}

/** Holds the turn of this rollout's starts, as a permit in the making or as a verb does, until it is released. */
async function holdTurn(run: RolloutRun, as: 'permit' | 'verb') {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let taken = () => {}
  const isTaken = new Promise<void>((resolve) => {
    taken = resolve
  })
  const held = world.door.factories.across.begin(async (tx) => {
    const lock = as === 'permit' ? tx`pg_advisory_xact_lock_shared` : tx`pg_advisory_xact_lock`
    await tx`select ${lock}(door.rollout_turn(${run.rolloutId}))`
    taken()
    await released
  })
  await isTaken
  return { held, release }
}

/** Until so many wait for the turn of a rollout. */
const areWaiting = (count: number) =>
  vi.waitFor(
    async () =>
      expect(
        await world.door.factories.across`select 1 from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`,
      ).toHaveLength(count),
    { timeout: 10_000 },
  )

describe('pausing', () => {
  test('sets the stop flag, raises the epoch, and writes outbox and audit in the same transaction', async () => {
    const run = await world.startPlan(plan)
    await pauseRollout(personContext(run.client.mspId), ask(run))
    const [row] = await rows<{ is_stopped: boolean; stopped_by: string; stop_reason: string; control_epoch: number }>(
      run,
      'rollouts',
    )
    expect(row).toMatchObject({
      is_stopped: true,
      stopped_by: 'Nora',
      stop_reason: 'printers stopped',
      control_epoch: 1,
    })
    expect(await sent(run)).toMatchObject([
      { kind: 'rollout-start' },
      { kind: 'rollout-control', payload: { rolloutId: run.rolloutId, epoch: 1, decision: 'pause' } },
    ])
    const audit = await rows<{ action: string; reason: string; actor_name: string }>(run, 'audit_records')
    expect(audit.at(-1)).toMatchObject({ action: 'rollout:pause', reason: 'printers stopped', actor_name: 'Nora' })
  })

  test('a device that asks afterwards gets neither an order nor a permit', async () => {
    const { run, device, order } = await openOrder()
    await pauseRollout(personContext(run.client.mspId), ask(run))
    expect((await device.permit(order)).body).toMatchObject({ permit: false, denial: 'paused' })
    expect((await device.poll()).body.orders).toEqual([])
    await resumeRollout(personContext(run.client.mspId), ask(run))
    expect((await device.permit(order)).body).toMatchObject({ permit: true })
  })

  test('no permit is given after it has committed, whatever was under way', async () => {
    const { run, device, order } = await openOrder()
    const asked: Promise<[string, number]>[] = []
    let committedAt = 0
    await perform(personContext(run.client.mspId), 'rollout:pause', async (tx) => {
      const row = await getRolloutRow(tx, run.rolloutId, true)
      // Asked while the pause is not committed yet: they wait for it.
      for (let n = 0; n < 5; n++)
        asked.push(device.permit(order).then(({ body }) => [body.permit ? 'permit' : body.denial, performance.now()]))
      // One waits for its turn, the others of this device for it.
      await areWaiting(1)
      await tx.update(rollouts).set({ isStopped: true }).where(eq(rollouts.id, row.id))
      committedAt = performance.now()
      return { value: undefined, changes: [rolloutChange(row, 'printers stopped')] }
    })
    const answers = await Promise.all(asked)
    expect(answers.map(([answer]) => answer)).toEqual(Array(5).fill('paused'))
    expect(Math.min(...answers.map(([, at]) => at))).toBeGreaterThan(committedAt)
  })

  test('takes its turn before permits that are asked for later, however many are under way', async () => {
    const { run, device, order } = await openOrder()
    const { held, release } = await holdTurn(run, 'permit')
    const pause = pauseRollout(personContext(run.client.mspId), ask(run))
    await areWaiting(1)
    const later = device.permit(order)
    await areWaiting(2)
    release()
    await held
    await pause
    expect((await later).body).toMatchObject({ permit: false, denial: 'paused' })
  })

  test('who waits for a turn holds nothing: the device checks in meanwhile', async () => {
    const { run, device, order } = await openOrder()
    const { held, release } = await holdTurn(run, 'verb')
    const permit = device.permit(order)
    await areWaiting(1)
    expect((await device.checkIn()).status).toBe(200)
    release()
    await held
    expect((await permit).body).toMatchObject({ permit: true })
  })

  test('permits that wait leave connections to all other devices', async () => {
    const hosts = ['test-1', 'test-2', 'test-3', 'test-4', 'test-5', 'prod-1']
    const run = await world.startPlan({ hosts })
    await world.door.factories.beat()
    const orders = await world.door.factories.inMsp(
      run.client.mspId,
      (tx) => tx<{ id: string; device_id: string }[]>`select id, device_id from work_orders where verb = 'install'`,
    )
    const { held, release } = await holdTurn(run, 'verb')
    const asking = run.devices.flatMap((device) => {
      const order = orders.find((one) => one.device_id === device.deviceId)
      return order ? [device.permit(order.id)] : []
    })
    await areWaiting(2)
    const [other] = run.devices.slice(-1)
    expect((await other?.checkIn())?.status).toBe(200)
    release()
    await held
    const answers = await Promise.all(asking)
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
  })

  test('is refused with the sentence of the rule: twice, and after the end', async () => {
    const run = await world.startPlan(plan)
    const ctx = personContext(run.client.mspId)
    await expect(resumeRollout(ctx, ask(run))).rejects.toThrow('It is not paused.')
    await pauseRollout(ctx, ask(run))
    await expect(pauseRollout(ctx, ask(run))).rejects.toThrow('It is paused already.')
    await abortRollout(ctx, ask(run))
    await expect(resumeRollout(ctx, ask(run))).rejects.toThrow('This rollout was aborted.')
    const [row] = await rows<{ control_epoch: number }>(run, 'rollouts')
    expect(row?.control_epoch, 'a refused verb changes nothing').toBe(2)
  })

  test('of another MSP or an unseen client is not found; a read-only member is told whom to ask', async () => {
    const run = await world.startPlan(plan)
    const other = await world.startPlan(plan)
    for (const ctx of [
      personContext(other.client.mspId),
      personContext(run.client.mspId, { clients: [other.client.clientId] }),
    ]) {
      await expect(pauseRollout(ctx, ask(run))).rejects.toThrow('This rollout was not found')
      await expect(abortRollout(ctx, ask(run))).rejects.toThrow('This rollout was not found')
    }
    await expect(
      pauseRollout(personContext(run.client.mspId), { rolloutId: randomUUID(), reason: 'why' }),
    ).rejects.toThrow('not found')
    await expect(pauseRollout(personContext(run.client.mspId, { role: 'read-only' }), ask(run))).rejects.toMatchObject({
      code: 'forbidden',
    })
    const [row] = await rows<{ is_stopped: boolean; control_epoch: number }>(run, 'rollouts')
    expect(row).toMatchObject({ is_stopped: false, control_epoch: 0 })
  })
})

describe('resuming', () => {
  test('moves the end of the soak by the pause: what was left counts from now', async () => {
    const run = await world.startPlan(plan)
    await run.tell('test-1', 'install', 'installed')
    const start = new Date()
    await run.judge(0, start)
    const at = (minutes: number) => new Date(start.getTime() + minutes * minuteMs)
    const ends = async () =>
      (await rows<{ soak_ends_at: Date; verdict: string }>(run, 'ring_patches'))[0]?.soak_ends_at.getTime()
    expect(await ends()).toBe(at(60).getTime())
    await pauseRollout(personContext(run.client.mspId, { now: at(20) }), ask(run))
    await run.judge(0, at(90))
    expect((await rows<{ verdict: string }>(run, 'ring_patches'))[0]?.verdict, 'a paused soak never ends').toBe(
      'soaking',
    )
    await resumeRollout(personContext(run.client.mspId, { now: at(90) }), ask(run))
    expect(await ends()).toBe(at(130).getTime())
    await run.judge(0, at(129))
    expect((await rows<{ verdict: string }>(run, 'ring_patches'))[0]?.verdict).toBe('soaking')
    await run.judge(0, at(130))
    expect((await rows<{ verdict: string }>(run, 'ring_patches'))[0]?.verdict).toBe('pass')
    const audit = await rows<{ changes: object }>(run, 'audit_records')
    expect(audit.at(-1)).toMatchObject({ action: 'rollout:resume', changes: { pausedMs: 70 * minuteMs } })
  })

  test('a soak that began during the pause has all of its time left, not the pause on top', async () => {
    const run = await world.startPlan(plan)
    const start = new Date()
    const at = (minutes: number) => new Date(start.getTime() + minutes * minuteMs)
    await pauseRollout(personContext(run.client.mspId, { now: start }), ask(run))
    await run.tell('test-1', 'install', 'installed')
    await run.judge(0, at(600))
    await resumeRollout(personContext(run.client.mspId, { now: at(610) }), ask(run))
    const [gate] = await rows<{ soak_ends_at: Date }>(run, 'ring_patches')
    expect(gate?.soak_ends_at).toEqual(at(670))
  })

  test('what is left of a soak counts also for a gate that lost its proof and waits for another', async () => {
    const run = await world.startPlan({
      hosts: ['test-1', 'test-2', 'test-3'],
      policy: { ...plainPolicy, gate: { ...plainPolicy.gate, smallRingBelow: 0, provedShare: 0.6 } },
    })
    const start = new Date()
    const at = (minutes: number) => new Date(start.getTime() + minutes * minuteMs)
    await run.tell('test-1', 'install', 'installed')
    await run.tell('test-2', 'install', 'installed')
    await run.judge(0, start)
    await run.tell('test-2', 'install', 'rolled-back')
    await run.judge(0, at(10))
    await pauseRollout(personContext(run.client.mspId, { now: at(20) }), ask(run))
    await resumeRollout(personContext(run.client.mspId, { now: at(120) }), ask(run))
    const [gate] = await rows<{ soak_ends_at: Date; verdict: string }>(run, 'ring_patches')
    expect([gate?.verdict, gate?.soak_ends_at]).toEqual(['collecting', at(160)])
  })
})
