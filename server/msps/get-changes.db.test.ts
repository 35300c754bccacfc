import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { getDevice } from '../devices/get-device.ts'
import { patchNow } from '../devices/patch-now.ts'
import { getSession } from '../navigation/queries.ts'
import { getOverview } from '../overview/get-overview.ts'
import { getRollout } from '../rollouts/get-rollout.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { getChanges } from './get-changes.ts'
import { resumeChanges } from './resume-changes.ts'
import { stopChanges } from './stop-changes.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
beforeEach(() => world.door.factories.beat())
afterAll(() => world?.stop())

const minuteMs = 60_000

test('counts who finishes, and who may still start by themselves and until when', async () => {
  const hosts = ['test-1', 'test-2', 'test-3', 'test-4', 'test-5']
  const run = await world.startPlan({ hosts })
  const { mspId } = run.client
  const now = new Date()
  const ago = (minutes: number) => new Date(now.getTime() - minutes * minuteMs)
  const stand = (host: string, columns: Record<string, unknown>) =>
    world.door.factories.inMsp(
      mspId,
      (tx) => tx`update work_orders set ${tx(columns)} where verb = 'install'
        and device_id = (select id from devices where host_name = ${host})`,
    )
  const ctx = personContext(mspId, { now })
  const none = { stop: null, finishing: 0, fetching: 0, mayStart: 0, mayStartUntil: null, asOf: now }
  expect(await getChanges(ctx)).toEqual(none)
  // Installs: it is finished, however long it takes.
  await stand('test-1', { state: 'open', device_state: 'installing', permitted_at: ago(40) })
  // Has a permit that runs out in three minutes, and one whose permit ran out.
  await stand('test-2', { state: 'open', device_state: 'accepted', permitted_at: ago(7) })
  await stand('test-3', { state: 'open', device_state: 'waiting', permitted_at: ago(11) })
  // Was handed the order two minutes ago: without the right to start offline it has to ask.
  await stand('test-4', { state: 'open', device_state: 'accepted', lease_until: ago(1) })
  const offline = { ...none, finishing: 1, mayStart: 1, mayStartUntil: ago(-3) }
  expect(await getChanges(ctx)).toEqual(offline)
  await stand('test-4', { body: { mayStartOffline: true } })
  expect(await getChanges(ctx)).toEqual({ ...offline, mayStart: 2, mayStartUntil: ago(-8) })
  // Of the clients that one sees.
  expect(await getChanges(personContext(mspId, { now, clients: [] }))).toEqual(none)
})

test('counts who fetches on: what was handed out is fetched until its last date', async () => {
  const hosts = ['test-1', 'test-2', 'test-3', 'test-4', 'test-5']
  const { client, devices } = await world.makeFleet({ hosts, refs: ['lab-svc=2.0'] })
  const now = new Date()
  const ago = (minutes: number) => new Date(now.getTime() - minutes * minuteMs)
  const at = { mspId: client.mspId, clientId: client.clientId, siteId: client.siteId }
  const states = [
    // Accepted long ago, with a lease that ran out; handed out a moment ago.
    { state: 'open', device_state: 'accepted', lease_until: ago(40) },
    { state: 'ready', lease_until: ago(-1) },
    // Never arrived, never handed out, and past its last date.
    { state: 'ready', lease_until: ago(1) },
    { state: 'ready' },
    { state: 'open', device_state: 'staging', not_after: ago(1) },
  ]
  for (const [place, columns] of states.entries()) {
    const deviceId = devices[place]?.deviceId ?? ''
    const id = await world.door.factories.makeOrder(at, { deviceId, verb: 'stage' })
    await world.door.factories.inMsp(at.mspId, (tx) => tx`update work_orders set ${tx(columns)} where id = ${id}`)
  }
  expect(await getChanges(personContext(at.mspId, { now }))).toMatchObject({ finishing: 0, fetching: 2, mayStart: 0 })
})

test('while all changes are stopped every page says so, and as before when they go on', async () => {
  const run = await world.startPlan({ hosts: ['test-1', 'prod-1'] })
  const { mspId } = run.client
  const deviceId = run.devices[0]?.deviceId ?? ''
  const ctx = personContext(mspId)
  const look = async () => {
    const device = await getDevice(ctx, { deviceId })
    const { needs } = await getOverview(ctx)
    const { lead } = await getRollout(ctx, { rolloutId: run.rolloutId })
    return {
      banner: (await getSession(ctx)).stop,
      section: (await getChanges(ctx)).stop,
      why: device.missing[0]?.why.answer.map((part) => part.text).join(''),
      patchNow: device.can.patchNow,
      lead: lead.map((part) => part.text).join(''),
      needs: needs.filter((need) => need.kind === 'changes-stopped').length,
    }
  }
  const before = await look()
  expect(before).toMatchObject({ banner: null, section: null, needs: 0 })
  expect(before.lead).not.toContain('stopped')
  await stopChanges(ctx, { reason: 'a stolen session' })
  const stop = { at: ctx.now, by: 'Nora', reason: 'a stolen session' }
  const stopped = await look()
  expect(stopped).toMatchObject({ banner: stop, section: stop, needs: 1, patchNow: { can: false } })
  expect(stopped.why).toMatch(/^It is approved, but all changes are stopped since .* by Nora: a stolen session\.$/)
  expect(stopped.lead).toMatch(/^All changes are stopped since .* by Nora: a stolen session\. Nothing starts/)
  await expect(patchNow(ctx, { deviceId })).rejects.toThrow('All changes are stopped since')
  await resumeChanges(ctx, { reason: 'it was a drill' })
  expect(await look()).toEqual(before)
})

test('orders that wait for the stop want no look at the worker', async () => {
  const run = await world.startPlan({ hosts: ['test-1'] })
  const later = personContext(run.client.mspId, { now: new Date(Date.now() + 5 * minuteMs) })
  const kinds = async () => (await getOverview(later)).needs.map((need) => need.kind)
  expect(await kinds()).toContain('signing')
  await stopChanges(later, { reason: 'a stolen session' })
  expect(await kinds()).not.toContain('signing')
})
