import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getRollout, type RolloutView } from './get-rollout.ts'
import { getRolloutDevices } from './get-rollout-devices.ts'
import { getRolloutTimeline } from './get-rollout-timeline.ts'
import { listRollouts } from './list-rollouts.ts'
import { pauseRollout } from './pause-rollout.ts'
import { resumeRollout } from './resume-rollout.ts'
import { listRolloutDevicesSchema } from './schema.ts'
import { startRollout } from './start-rollout.ts'
import { personContext, plainPolicy, type RolloutRun, type RolloutWorld, startRolloutWorld } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const minuteMs = 60_000
const hosts = ['test-1', 'test-2', 'prod-1', 'prod-2', 'prod-3']
/** All that is not Test is Production, so that a test knows who is where. */
const twoRings = { ...plainPolicy, rings: plainPolicy.rings.filter((ring) => ring.name !== 'Early') }
const look = (run: RolloutRun, now = new Date()) =>
  getRollout(personContext(run.client.mspId, { now }), { rolloutId: run.rolloutId })
const lead = (view: RolloutView) => view.lead.map((part) => part.text).join('')
const pageOf = (run: RolloutRun, ask: object = {}) =>
  getRolloutDevices(
    personContext(run.client.mspId),
    listRolloutDevicesSchema.parse({ rolloutId: run.rolloutId, ...ask }),
  )

describe('a rollout page', () => {
  test('counts evidence, soaks, and says what is next', async () => {
    const run = await world.startPlan({ hosts, policy: twoRings })
    const collecting = await look(run)
    expect(collecting.words.short).toBe('Running, ring Test is open')
    expect(collecting.patches[0]?.gates[0]).toMatchObject({
      due: 2,
      provedNeeded: 1,
      verdict: 'collecting',
      evidence: { 'to-report': 2, succeeded: 0 },
    })
    expect(lead(collecting)).toMatch(
      /^Test is open, 0 of 2 proved; its soak starts after 1 more proof, then Production opens /,
    )
    expect(collecting.can).toMatchObject({
      pause: { can: true },
      resume: { can: false, reason: 'It is not paused.' },
      promote: { can: false, reason: 'No ring soaks now.' },
      rollBack: { can: false, reason: 'Nothing of this rollout is installed.' },
    })
    await run.tell('test-1', 'install', 'installed')
    const start = new Date()
    await run.judge(0, start)
    const soaking = await look(run, new Date(start.getTime() + 15 * minuteMs))
    expect(soaking.words).toMatchObject({
      kind: 'soaking',
      short: 'Running, ring Test soaks',
      sentence: 'Soaks 45 m more',
    })
    expect(soaking.patches[0]?.gates[0]?.evidence).toMatchObject({ succeeded: 1, 'to-report': 1 })
    expect(soaking.rings[0]).toMatchObject({
      phase: 'soaking',
      forecast: { gateAt: new Date(start.getTime() + 60 * minuteMs) },
    })
    expect(soaking.rings[1]?.forecast.opensAt).toEqual(new Date(start.getTime() + 60 * minuteMs))
    expect(soaking.can.promote).toEqual({ can: true })
  })

  test('a failure in the test ring: taken back, held, and production keeps what it has', async () => {
    const run = await world.startPlan({ hosts, refs: ['lab-lib=2.0', 'lab-svc=3.0'], policy: twoRings })
    await run.tell('test-1', 'install', 'installed', { refs: ['lab-lib=2.0'] })
    await run.tell('test-1', 'install', 'rolled-back', {
      refs: ['lab-svc=3.0'],
      reason: 'postinst failed',
      state: 'proved',
    })
    await run.judge(0)
    const view = await look(run)
    const bad = view.patches.find((patch) => patch.name === 'lab-svc')
    expect(bad).toMatchObject({
      isStopped: true,
      takenBack: { done: 1, of: 1 },
      hold: { scope: 'client', source: 'gate' },
      gates: [
        { verdict: 'fail', failed: 1, evidence: { failed: 1 } },
        { due: 3, left: 3 },
      ],
    })
    expect(lead(view)).toMatch(
      /^lab-svc 3.0 failed in Test and was taken back from 1 of 1 device; it is held. The other patch goes on: Test soaks until |^lab-svc 3.0 failed in Test and was taken back from 1 of 1 device; it is held. The other patch goes on: Test soaks 59 m/,
    )
    expect(view.counts).toMatchObject({ all: 5, failed: 1, 'rolled-back': 1 })
    const failed = await pageOf(run, { view: 'failed' })
    expect(failed.rows.map((row) => row.hostName)).toEqual(['test-1'])
    expect(failed.rows[0]?.items).toMatchObject([
      { name: 'lab-lib', state: 'proved' },
      { name: 'lab-svc', state: 'rolled-back', isFailureCounted: true, reason: 'postinst failed' },
    ])
    const timeline = await getRolloutTimeline(personContext(run.client.mspId), { rolloutId: run.rolloutId })
    expect(timeline.map((entry) => entry.sentence)).toEqual(
      expect.arrayContaining([
        'Started by Nora',
        'Test opened',
        'Soak of Test counts from here',
        'lab-svc 3.0 failed the gate of Test',
        'lab-svc 3.0 held for this client',
        'lab-svc 3.0 failed on 1 device',
        'lab-svc 3.0 rolled back on 1 device',
      ]),
    )
    const times = timeline.map((entry) => entry.at.getTime())
    expect(times, 'newest first').toEqual([...times].sort((a, b) => b - a))
  })

  test('paused: who, why, what still runs, and who cannot be reached until when', async () => {
    const run = await world.startPlan({ hosts, policy: twoRings })
    await world.door.factories.beat()
    const permitted = new Date()
    await world.door.factories.inMsp(
      run.client.mspId,
      (tx) =>
        tx`update work_orders set state = 'open', permitted_at = ${permitted} where verb = 'install' and position = 0`,
    )
    const silent = run.devices.find((device) => device.facts.hostName === 'test-2')
    await world.door.factories.across`update devices set status = 'silent' where id = ${silent?.deviceId ?? ''}`
    await pauseRollout(personContext(run.client.mspId), { rolloutId: run.rolloutId, reason: 'printers stopped' })
    const view = await look(run)
    expect(view.stop).toMatchObject({ by: 'Nora', reason: 'printers stopped', finishing: 1, unreachable: 1 })
    expect(view.stop?.unreachableUntil).toEqual(new Date(permitted.getTime() + 10 * minuteMs))
    expect(view.counts.silent).toBe(1)
    expect(lead(view)).toBe('Paused by Nora: printers stopped. No order and no start until somebody resumes it.')
    expect(view.patches[0]?.gates[0]?.evidence).toMatchObject({ silent: 1, 'to-report': 1 })
    const later = await look(run, new Date(permitted.getTime() + 11 * minuteMs))
    expect(later.stop, 'a permit that was never used is over').toMatchObject({ finishing: 0, unreachable: 0 })
    await resumeRollout(personContext(run.client.mspId), { rolloutId: run.rolloutId, reason: 'fixed' })
    expect((await look(run)).stop).toBeNull()
  })

  test('a read-only member sees the page, and beside each button which right it needs', async () => {
    const run = await world.startPlan({ hosts, policy: twoRings })
    const ctx = personContext(run.client.mspId, { role: 'read-only' })
    const view = await getRollout(ctx, { rolloutId: run.rolloutId })
    expect(view.can.pause).toMatchObject({ can: false, reason: expect.stringContaining('rollout: pause') })
  })
})

describe('devices of a rollout', () => {
  test('a page at a time by host name, searched as written, of the ring at work by default', async () => {
    const run = await world.startPlan({ hosts, policy: twoRings })
    const current = await pageOf(run)
    expect(current).toMatchObject({ view: '0', next: null })
    expect(current.rows.map((row) => row.hostName)).toEqual(['test-1', 'test-2'])
    const all = await pageOf(run, { view: 'all' })
    expect(all.rows.map((row) => [row.hostName, row.position])).toEqual([
      ['prod-1', 1],
      ['prod-2', 1],
      ['prod-3', 1],
      ['test-1', 0],
      ['test-2', 0],
    ])
    const [, second] = all.rows
    const rest = await pageOf(run, { view: 'all', cursor: { hostName: second?.hostName, id: second?.id } })
    expect(rest.rows.map((row) => row.hostName)).toEqual(['prod-3', 'test-1', 'test-2'])
    expect((await pageOf(run, { view: 'all', search: 'OD-2' })).rows.map((row) => row.hostName)).toEqual(['prod-2'])
    expect((await pageOf(run, { view: 'all', search: '%' })).rows, 'a wildcard is only a letter').toEqual([])
    expect((await pageOf(run, { view: "1' or true" })).view, 'what is no view is the current one').toBe('0')
  })
})

describe('the list', () => {
  test('newest first, one client or all, and nothing of a client one may not see', async () => {
    const first = await world.startPlan({ hosts, policy: twoRings })
    const { client } = first
    const hidden = await world.door.factories.makeClient(client.mspId, { name: 'Hidden' })
    await world.addDevices(hidden, ['test-9'], ['lab-svc=2.0'])
    const everyone = personContext(client.mspId)
    await startRollout(everyone, { clientId: hidden.clientId, patchIds: [] })
    expect((await listRollouts(everyone, {})).rows.map((row) => row.number)).toEqual([2, 1])
    expect((await listRollouts(everyone, { clientId: hidden.clientId })).rows.map((row) => row.client.name)).toEqual([
      'Hidden',
    ])
    const some = personContext(client.mspId, { clients: [client.clientId] })
    const seen = await listRollouts(some, {})
    expect(seen.rows.map((row) => row.number)).toEqual([1])
    expect(JSON.stringify(seen)).not.toContain('Hidden')
    await expect(listRollouts(some, { clientId: hidden.clientId })).rejects.toMatchObject({ code: 'not-found' })
    expect(seen.rows[0]?.rings.map((ring) => [ring.name, ring.phase])).toEqual([
      ['Test', 'running'],
      ['Production', 'waiting'],
    ])
  })

  test('goes on after the key of the last row', async () => {
    const { client } = await world.startPlan({ hosts, policy: twoRings })
    const ctx = personContext(client.mspId)
    const [row] = (await listRollouts(ctx, {})).rows
    if (!row) throw new Error('no rollout')
    const after = `${new Date(row.startedAt.getTime() + 1).toISOString()}_${row.id}`
    expect((await listRollouts(ctx, { after })).rows).toHaveLength(1)
    expect((await listRollouts(ctx, { after: `${row.startedAt.toISOString()}_${row.id}` })).rows).toEqual([])
  })
})

test('every read answers not found for another MSP and for a client one may not see', async () => {
  const run = await world.startPlan({ hosts, policy: twoRings })
  const other = await world.startPlan({ hosts, policy: twoRings })
  const strangers = [
    personContext(other.client.mspId),
    personContext(run.client.mspId, { clients: [other.client.clientId] }),
  ]
  const ask = { rolloutId: run.rolloutId }
  for (const ctx of strangers) {
    await expect(getRollout(ctx, ask)).rejects.toThrow('This rollout was not found')
    await expect(getRolloutTimeline(ctx, ask)).rejects.toThrow('This rollout was not found')
    await expect(getRolloutDevices(ctx, listRolloutDevicesSchema.parse(ask))).rejects.toThrow(
      'This rollout was not found',
    )
  }
})
