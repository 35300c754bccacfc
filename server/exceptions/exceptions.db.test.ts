import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inHours } from '../../db/factories.ts'
import { read } from '../access.ts'
import { withAllRows } from '../api/canary.world.ts'
import { jobContext } from '../auth/job-context.ts'
import { exampleMissing } from '../device-api/test-device.ts'
import { getDevice } from '../devices/get-device.ts'
import { refreshFleet } from '../devices/refresh-fleet.ts'
import { tagDevice } from '../devices/tag-device.ts'
import { listPatchDevices } from '../patches/list-patch-devices.ts'
import { planDueRollouts } from '../rollouts/plan-due-rollouts.ts'
import { startRollout } from '../rollouts/start-rollout.ts'
import {
  personContext,
  plainPolicy,
  type RolloutRun,
  type RolloutWorld,
  startRolloutWorld,
} from '../rollouts/testing.ts'
import { signOrders } from '../work-orders/sign-orders.ts'
import { answerException } from './answer-exception.ts'
import { askException } from './ask-exception.ts'
import { endException } from './end-exception.ts'
import { findExceptionsOfMonth } from './find-exceptions-of-month.ts'
import { listExceptions } from './queries.ts'
import { dayAt, endOfDay } from './rules.ts'
import { agreeOn, plainAsk } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
beforeEach(() => world.door.factories.beat())
afterAll(() => world?.stop())

const key = { keyid: 'test', privateKey: generateKeyPairSync('ed25519').privateKey }
const signer = async () => [key]
const zone = 'Europe/Berlin'
const dayMs = 86_400_000
const today = () => dayAt(new Date(), zone)
const inDays = (days: number) => dayAt(new Date(Date.now() + days * dayMs), zone)
const inMsp = <T>(mspId: string, work: Parameters<typeof world.door.factories.inMsp<T>>[1]) =>
  world.door.factories.inMsp(mspId, work)
const last = (run: Pick<RolloutRun, 'devices'>) => {
  const device = run.devices.at(-1)
  if (!device) throw new Error('no device')
  return device
}
const orderOf = async (
  run: RolloutRun,
  device = last(run),
): Promise<{ id: string; patch_ids: string[] } | undefined> => {
  const [row] = await inMsp(
    run.client.mspId,
    (tx) => tx`select id, patch_ids from work_orders where device_id = ${device.deviceId} and verb = 'install'
      and state in ('unsigned', 'ready', 'open') order by attempt desc limit 1`,
  )
  return row && { id: row.id, patch_ids: row.patch_ids }
}
const itemOf = async (run: RolloutRun, patchId: string, device = last(run)) => {
  const [row] = await inMsp(
    run.client.mspId,
    (
      tx,
    ) => tx`select state, reason, is_claimed from plan_items where rollout_id = ${run.rolloutId} and device_id = ${device.deviceId}
      and patch_id = ${patchId}`,
  )
  return row
}
const whyOf = async (run: Pick<RolloutRun, 'client' | 'devices'>, patchId: string, now = new Date()) => {
  const page = await getDevice(personContext(run.client.mspId, { now }), { deviceId: last(run).deviceId })
  const missing = page.missing.find((one) => one.patchId === patchId)
  return missing && { ...missing, answer: missing.why.answer.map((part) => part.text).join('') }
}
/** Two test devices that lack two packages; both have their orders, signed and not asked for yet. */
async function ordered() {
  const run = await world.startPlan({ hosts: ['test-1', 'test-2'], refs: ['lab-svc=2.0', 'lab-lib=2.0'] })
  await signOrders(new Date(), signer)
  return { run, svc: await run.patchId('lab-svc', '2.0'), lib: await run.patchId('lab-lib', '2.0') }
}

describe('in a rollout that runs', () => {
  test('no order and no permit names the patch from the sign-off on, and the rest goes on without it', async () => {
    const { run, svc, lib } = await ordered()
    const before = await orderOf(run)
    expect(before?.patch_ids.toSorted()).toEqual([svc, lib].toSorted())
    const { clientId, mspId } = run.client
    await agreeOn(mspId, {
      ...{ clientId, patchId: svc, lastDay: inDays(30) },
      reach: { kind: 'device', deviceId: last(run).deviceId },
    })
    // At once, before any sweep.
    expect((await last(run).poll()).body.orders).toEqual([])
    expect((await last(run).permit(before?.id ?? '')).body).toMatchObject({ permit: false, denial: 'stopped' })
    await run.dispatch()
    await signOrders(new Date(), signer)
    expect(await itemOf(run, svc)).toMatchObject({
      state: 'dropped',
      reason: 'Kept off by an exception',
      is_claimed: false,
    })
    const after = await orderOf(run)
    expect(after?.patch_ids).toEqual([lib])
    expect((await last(run).permit(after?.id ?? '')).body).toMatchObject({ permit: true })
    // The other device is none of its business; its gate waits for nobody else.
    expect((await orderOf(run, run.devices[0]))?.patch_ids.toSorted()).toEqual([svc, lib].toSorted())
    const [gate] = await inMsp(
      mspId,
      (tx) =>
        tx`select due, proved_needed, verdict from ring_patches where rollout_id = ${run.rolloutId} and patch_id = ${svc} and position = 0`,
    )
    expect(gate).toEqual({ due: 1, proved_needed: 1, verdict: 'collecting' })
  })

  test('where it keeps a patch off every device of a ring, nobody waits for that gate', async () => {
    const { run, svc } = await ordered()
    const { clientId, mspId } = run.client
    await agreeOn(mspId, { clientId, patchId: svc, lastDay: inDays(30) })
    await run.dispatch()
    const [gate] = await inMsp(
      mspId,
      (tx) =>
        tx`select verdict, verdict_reason from ring_patches where rollout_id = ${run.rolloutId} and patch_id = ${svc} and position = 0`,
    )
    expect(gate).toEqual({ verdict: 'skipped', verdict_reason: 'An exception keeps it off every device here' })
  })

  test('the moment that it expires the order that waited may start, whoever sleeps', async () => {
    const { run, svc } = await ordered()
    const { clientId, mspId } = run.client
    const exceptionId = await agreeOn(mspId, { clientId, patchId: svc, lastDay: today() })
    const order = await orderOf(run)
    expect((await last(run).permit(order?.id ?? '')).body).toMatchObject({ permit: false, denial: 'stopped' })
    await withAllRows(
      world.door.database.owner,
      (tx) => tx`update exceptions set expires_at = now() where id = ${exceptionId}`,
    )
    expect((await last(run).permit(order?.id ?? '')).body).toMatchObject({ permit: true })
  })

  test('what is permitted already is finished', async () => {
    const { run, svc } = await ordered()
    const order = await orderOf(run)
    await last(run).poll()
    expect((await last(run).permit(order?.id ?? '')).body).toMatchObject({ permit: true })
    await agreeOn(run.client.mspId, { clientId: run.client.clientId, patchId: svc, lastDay: inDays(30) })
    await run.dispatch()
    expect((await itemOf(run, svc))?.state).toBe('ordered')
  })

  test('a tag reaches a device from the moment that it has it', async () => {
    const { run, svc } = await ordered()
    const { clientId, mspId } = run.client
    await agreeOn(mspId, { clientId, patchId: svc, lastDay: inDays(30), reach: { kind: 'tag', tag: 'till' } })
    await run.dispatch()
    expect((await orderOf(run))?.patch_ids).toContain(svc)
    await tagDevice(personContext(mspId), { deviceId: last(run).deviceId, tags: ['test', 'till'] })
    expect((await last(run).poll()).body.orders).toEqual([])
    await run.dispatch()
    expect((await itemOf(run, svc))?.state).toBe('dropped')
    expect((await orderOf(run, run.devices[0]))?.patch_ids).toContain(svc)
  })

  test.each([
    ['asked and not answered', 'wait'],
    ['refused', 'refuse'],
    ['of another client', 'other'],
  ])('an exception that is %s keeps nothing off', async (_name, kind) => {
    const { run, svc } = await ordered()
    const { clientId, mspId } = run.client
    const order = await orderOf(run)
    if (kind === 'other') {
      const { client } = await world.makeFleet({
        hosts: ['test-3'],
        mspId,
        clientName: 'Elsewhere',
        refs: ['lab-svc=2.0'],
      })
      await agreeOn(mspId, { clientId: client.clientId, patchId: svc, lastDay: inDays(30) })
    } else {
      const ask = { ...plainAsk, clientId, patchId: svc, lastDay: inDays(30) }
      const { exceptionId } = await askException(personContext(mspId), ask, 'msp')
      const manager = personContext(mspId, { role: 'client-manager', clients: [clientId] })
      if (kind === 'refuse')
        await answerException(manager, { exceptionId, answer: 'refused', reason: 'The till can take it' }, 'client')
    }
    await run.dispatch()
    expect((await last(run).permit(order?.id ?? '')).body).toMatchObject({ permit: true })
  })
})

describe('the plan and the sentence', () => {
  test('leaves an excepted device out, says so, and takes it the moment the day is over', async () => {
    const atOnce = { ...plainPolicy, startRule: { kind: 'at-once' as const, settleMs: 0 } }
    const fleet = await world.makeFleet({ hosts: ['test-1'], policy: atOnce })
    const { clientId, mspId } = fleet.client
    const patchId = await world.door.factories.findPatch(mspId, 'lab-svc', '2.0')
    await agreeOn(mspId, { clientId, patchId, lastDay: today(), reason: 'The till software needs the old one' })
    const end = endOfDay(today(), zone)
    const start = (now: Date) => startRollout(personContext(mspId, { now }), { clientId, patchIds: [patchId] })
    const lastMoment = new Date(end.getTime() - 1)
    const told = await whyOf(fleet, patchId, lastMoment)
    expect(told).toMatchObject({ rung: 'exception', isApproved: false, exceptedUntil: today(), isPastDue: false })
    expect(told?.answer).toMatch(
      /^It is kept off until .+ by an exception that Nora signed off: The till software needs the old one\.$/,
    )
    const page = await listPatchDevices(personContext(mspId, { now: lastMoment }), { patchId, clientId })
    expect(page.rows.map((row) => row.state)).toEqual(['excepted'])
    await expect(start(lastMoment)).rejects.toMatchObject({ code: 'not-allowed-now' })
    const plan = (at: Date) =>
      planDueRollouts({ at, after: null, contextOf: (id) => jobContext(id, 'planner', at), onFailure: () => {} })
    const startedFor = async () =>
      (await inMsp(mspId, (tx) => tx`select 1 from rollouts where client_id = ${clientId}`)).length
    await plan(lastMoment)
    expect(await startedFor()).toBe(0)
    expect(await whyOf(fleet, patchId, end)).toMatchObject({ rung: 'rule', isApproved: true, exceptedUntil: null })
    await plan(end)
    expect(await startedFor()).toBe(1)
  })

  test('of two the one that ends last is named; ended early, the other goes on', async () => {
    const fleet = await world.makeFleet({ hosts: ['test-1'] })
    const { clientId, mspId } = fleet.client
    const patchId = await world.door.factories.findPatch(mspId, 'lab-svc', '2.0')
    await agreeOn(mspId, { clientId, patchId, lastDay: inDays(10) })
    const longer = await agreeOn(mspId, { clientId, patchId, lastDay: inDays(20), reach: { kind: 'tag', tag: 'test' } })
    expect((await whyOf(fleet, patchId))?.exceptedUntil).toBe(inDays(20))
    await endException(personContext(mspId), { exceptionId: longer, reason: 'The vendor fixed it' })
    expect((await whyOf(fleet, patchId))?.exceptedUntil).toBe(inDays(10))
  })

  test('for every version it reaches the ones that come, and no other package', async () => {
    const fleet = await world.makeFleet({ hosts: ['test-1'], refs: ['lab-svc=2.0'] })
    const { clientId, mspId } = fleet.client
    const patchId = await world.door.factories.findPatch(mspId, 'lab-svc', '2.0')
    await agreeOn(mspId, { clientId, patchId, lastDay: inDays(10), isAllVersions: true })
    await last(fleet).inventory({ missing: exampleMissing('lab-svc=3.0', 'lab-lib=2.0') })
    const newer = await world.door.factories.findPatch(mspId, 'lab-svc', '3.0')
    const other = await world.door.factories.findPatch(mspId, 'lab-lib', '2.0')
    expect((await whyOf(fleet, newer))?.rung).toBe('exception')
    expect((await whyOf(fleet, other))?.rung).toBe('rule')
    // What start, signature, plan and sweep ask says the same.
    const [door] = await inMsp(
      mspId,
      (tx) => tx<{ newer: boolean; other: boolean }[]>`
        select door.is_excepted(now(), ${mspId}, ${last(fleet).deviceId}, ${newer}) as newer,
          door.is_excepted(now(), ${mspId}, ${last(fleet).deviceId}, ${other}) as other`,
    )
    expect(door).toEqual({ newer: true, other: false })
  })
})

describe('how a device stands', () => {
  const standingOf = async ({ client, devices }: Pick<RolloutRun, 'client' | 'devices'>, at: Date) => {
    // Heard from a moment ago, and past every due date.
    await world.hear([...devices], at)
    await refreshFleet(at, 3_600_000, [client.clientId])
    const [row] = await inMsp(
      client.mspId,
      (tx) => tx`select standing, is_past_due from devices where id = ${devices[0]?.deviceId ?? ''}`,
    )
    return row
  }
  /** Past the date of the standard policy, and before 72 hours without a scan make it unknown. */
  async function lateFleet() {
    const fleet = await world.makeFleet({ hosts: ['test-1'], refs: ['lab-svc=2.0', 'lab-lib=2.0'] })
    const { mspId } = fleet.client
    await world.door.database.owner.begin(async (tx) => {
      await tx`set local role door_definer`
      await tx`update patches set released_at = now() - interval '60 days' where msp_id = ${mspId}`
    })
    const svc = await world.door.factories.findPatch(mspId, 'lab-svc', '2.0')
    const lib = await world.door.factories.findPatch(mspId, 'lab-lib', '2.0')
    return { fleet, svc, lib, ...fleet.client }
  }

  test('late, as long as one patch is; excepted when all are; held beside excepted is excepted and past due', async () => {
    const { fleet, svc, lib, clientId, mspId } = await lateFleet()
    const at = new Date()
    expect(await standingOf(fleet, at)).toEqual({ standing: 'late', is_past_due: true })
    await agreeOn(mspId, { clientId, patchId: svc, lastDay: inDays(1) })
    expect(await standingOf(fleet, at)).toEqual({ standing: 'late', is_past_due: true })
    await inMsp(
      mspId,
      (tx) => tx`insert into holds (msp_id, client_id, patch_id, source, reason, set_by, set_at)
        values (${mspId}, ${clientId}, ${lib}, 'person', 'it eats disks', 'Nora', now())`,
    )
    expect(await standingOf(fleet, at)).toEqual({ standing: 'excepted', is_past_due: true })
    const both = await agreeOn(mspId, { clientId, patchId: lib, lastDay: inDays(1) })
    expect(await standingOf(fleet, at)).toEqual({ standing: 'excepted', is_past_due: false })
    await endException(personContext(mspId), { exceptionId: both, reason: 'The vendor fixed it' })
    expect(await standingOf(fleet, at)).toEqual({ standing: 'excepted', is_past_due: true })
    // The day is over, and nobody did anything.
    expect(await standingOf(fleet, endOfDay(inDays(1), zone))).toEqual({ standing: 'late', is_past_due: true })
    const log = await inMsp(
      mspId,
      (tx) => tx`select standing from device_standings where client_id = ${clientId} order by id`,
    )
    expect(log.map((row) => row.standing)).toEqual(['protected', 'late', 'excepted', 'late'])
  })
})

describe('the list, the month and the log', () => {
  test('who asked, who agreed, what it reaches, and what may be done', async () => {
    const fleet = await world.makeFleet({ hosts: ['test-1', 'pc-2'] })
    const { clientId, mspId } = fleet.client
    const ctx = personContext(mspId)
    const patchId = await world.door.factories.findPatch(mspId, 'lab-svc', '2.0')
    await agreeOn(mspId, { clientId, patchId, lastDay: inDays(20) })
    const soon = await agreeOn(mspId, { clientId, patchId, lastDay: inDays(5), reach: { kind: 'tag', tag: 'test' } })
    const manager = personContext(mspId, { role: 'client-manager', clients: [clientId] })
    const ask = { ...plainAsk, clientId, patchId, lastDay: inDays(9), isAllVersions: true }
    // Clicks at the same moment are one question; the connections are there before, so that none waits for its own.
    const eight = Array.from({ length: 8 })
    await Promise.all(eight.map(() => listExceptions(ctx, { state: 'in-force' })))
    const clicks = await Promise.allSettled(eight.map(() => askException(manager, ask, 'client')))
    const [asked, ...more] = clicks.flatMap((click) => (click.status === 'fulfilled' ? [click.value] : []))
    expect(more).toEqual([])
    const exceptionId = asked?.exceptionId ?? ''
    await expect(askException(manager, ask, 'client')).rejects.toMatchObject({ code: 'not-allowed-now' })
    const page = await listExceptions(ctx, { state: 'in-force' })
    expect(page.counts).toEqual({ waiting: 1, inForce: 2, over: 0 })
    expect(page.rows.map((row) => [row.id === soon, row.isEnding, row.computers, row.owner])).toEqual([
      [true, true, 1, 'Mia Lane'],
      [false, false, 2, 'Mia Lane'],
    ])
    const [waiting] = (await listExceptions(ctx, { state: 'waiting' })).rows
    expect(waiting).toMatchObject({
      id: exceptionId,
      asked: { from: 'client' },
      canAnswer: { can: true },
      canEnd: { can: true },
    })
    await answerException(ctx, { exceptionId, answer: 'accepted', reason: '' }, 'msp')
    await endException(ctx, { exceptionId: soon, reason: 'The vendor fixed it' })
    expect((await listExceptions(ctx, { state: 'over' })).rows).toMatchObject([
      { id: soon, state: 'ended', ended: { reason: 'The vendor fixed it' } },
    ])
    const log = await inMsp(
      mspId,
      (tx) => tx`select action from audit_records where subject_kind = 'exception' order by id`,
    )
    expect(log.map((row) => row.action)).toEqual([
      ...['exception:ask', 'portal:answer-exception', 'exception:ask', 'portal:answer-exception'],
      ...['portal:ask-exception', 'exception:answer', 'exception:end'],
    ])
    const month = (from: Date, to: Date) =>
      read(ctx, 'exception:read', (tx) => findExceptionsOfMonth(tx, clientId, { from, to }))
    expect((await month(inHours(-1), inHours(1))).map((row) => row.state)).toEqual(['ended', 'in-force', 'in-force'])
    // A month after: two of them have expired in it, and what ended before is not in it.
    const later = await month(inHours(24), inHours(31 * 24))
    expect(later.map((row) => row.state)).toEqual(['expired', 'expired'])
    expect(await month(inHours(-48), inHours(-24))).toEqual([])
  })

  test('a manager of another client finds nothing, and nobody agrees with themselves', async () => {
    const fleet = await world.makeFleet({ hosts: ['test-1'] })
    const { clientId, mspId } = fleet.client
    const other = await world.door.factories.makeClient(mspId)
    const patchId = await world.door.factories.findPatch(mspId, 'lab-svc', '2.0')
    const { exceptionId } = await askException(
      personContext(mspId),
      { ...plainAsk, clientId, patchId, lastDay: inDays(9) },
      'msp',
    )
    const stranger = personContext(mspId, { role: 'client-manager', clients: [other.clientId] })
    const yes = { exceptionId, answer: 'accepted' as const, reason: '' }
    await expect(answerException(stranger, yes, 'client')).rejects.toMatchObject({ code: 'not-found' })
    await expect(answerException(personContext(mspId), yes, 'msp')).rejects.toMatchObject({ code: 'not-allowed-now' })
    await expect(answerException(personContext(mspId), yes, 'client')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(
      askException(stranger, { ...plainAsk, clientId, patchId, lastDay: inDays(9) }, 'client'),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  test.each([
    ['yesterday', -1],
    ['in more than a year', 368],
  ])('no exception ends %s', async (_name, days) => {
    const fleet = await world.makeFleet({ hosts: ['test-1'] })
    const { clientId, mspId } = fleet.client
    const patchId = await world.door.factories.findPatch(mspId, 'lab-svc', '2.0')
    const ask = { ...plainAsk, clientId, patchId, lastDay: inDays(days) }
    await expect(askException(personContext(mspId), ask, 'msp')).rejects.toMatchObject({ code: 'invalid' })
  })
})
