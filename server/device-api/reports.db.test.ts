import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Report, SetReport } from '../../agent/wire/report.ts'
import type { ClientRef } from '../../db/factories.ts'
import { exampleMissing, exampleSetKey, type TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

let door: TestDoor
let client: ClientRef
beforeAll(async () => {
  door = await startTestDoor()
})
beforeEach(async () => {
  client = await door.factories.makeClient(await door.factories.makeMsp())
  await door.factories.beat()
})
afterAll(() => door.stop())

const rows = <T>(work: Parameters<typeof door.factories.inMsp<T>>[1]) => door.factories.inMsp(client.mspId, work)
const setOf = (outcome: SetReport['outcome'], ref = 'lab-svc=2.0'): SetReport => ({
  key: exampleSetKey(ref),
  outcome,
  versions: [],
  exitCode: null,
  output: '',
  reason: '',
  undoClass: 'kept',
})

/** So many devices in one ring of one rollout, each with its install order. */
async function plan(count: number, ring: { failureLimit?: number } = {}) {
  const devices: TestDevice[] = []
  for (let n = 0; n < count; n++) {
    const device = await door.addDevice(client)
    await device.inventory({ missing: exampleMissing('lab-svc=2.0') })
    devices.push(device)
  }
  const patchId = await door.factories.findPatch(client.mspId, 'lab-svc', '2.0')
  const deviceIds = devices.map(({ deviceId }) => deviceId)
  const rolloutId = await door.factories.makeRollout(client, [{ deviceIds, patchIds: [patchId], ...ring }])
  const planned = []
  for (const device of devices) {
    const orderId = await door.factories.makeOrder(client, {
      deviceId: device.deviceId,
      rolloutId,
      position: 0,
      patchIds: [patchId],
    })
    planned.push({
      device,
      orderId,
      tell: (state: Report['state'], ...sets: SetReport[]) => device.report({ orderId, state, sets }),
    })
  }
  return { planned, patchId, rolloutId }
}
const gate = () => rows(async (tx) => ({ ...(await tx`select proved, failed, is_stopped from ring_patches`)[0] }))
const states = () =>
  rows(async (tx) => (await tx`select state from plan_items order by device_id`).map(({ state }) => state))

describe('the chain of reports', () => {
  test('is stored without gaps, in order, each once', async () => {
    const device = await door.addOrderedDevice(client)
    const [one, two, three, four] = Array.from({ length: 4 }, () => device.makeReport())
    if (!one || !two || !three || !four) throw new Error('four reports were made')
    const ack = async (...reports: (typeof one)[]) => (await device.sendReports(reports)).body.ackSeq
    expect(await ack(two)).toBe(0)
    expect(await ack(one, three)).toBe(1)
    expect(await ack(three, two, one)).toBe(3)
    expect(await ack(one, two, three)).toBe(3)
    expect(await ack(four, four)).toBe(4)
    const stored = await rows((tx) => tx`select seq from device_reports order by seq`)
    expect(stored.map(({ seq }) => seq)).toEqual(['1', '2', '3', '4'])
    expect(await rows((tx) => tx`select 1 from device_events where kind = 'chain-broken'`)).toHaveLength(0)
  })

  test('two sendings at once store each report once', async () => {
    const device = await door.addOrderedDevice(client)
    const reports = [device.makeReport(), device.makeReport()]
    const replies = await Promise.all([
      device.sendReports(reports),
      device.sendReports(reports),
      device.sendReports(reports),
    ])
    expect(replies.map(({ body }) => body.ackSeq)).toEqual([2, 2, 2])
    expect(await rows((tx) => tx`select 1 from device_reports`)).toHaveLength(2)
  })

  test('that does not follow the one before is kept and noted', async () => {
    const device = await door.addOrderedDevice(client)
    await device.report()
    expect((await device.report({ prevHash: 'b'.repeat(64) })).body.ackSeq).toBe(2)
    const events = await rows((tx) => tx`select summary from device_events where kind = 'chain-broken'`)
    expect(events).toHaveLength(1)
  })

  test('takes no report of another device, and none whose text was changed after signing', async () => {
    const [device, other] = [await door.addDevice(client), await door.addDevice(client)]
    const malformed = { status: 400, body: { error: { code: 'malformed' } } }
    expect(await device.sendReports([other.makeReport()])).toMatchObject(malformed)
    const about = device.makeReport({ deviceId: other.deviceId })
    expect(await device.sendReports([about])).toMatchObject(malformed)
    const changed = device.makeReport()
    changed.report.summary = 'all is well'
    expect(await device.sendReports([changed])).toMatchObject(malformed)
    const foreign = other.makeReport({ deviceId: device.deviceId })
    expect(await device.sendReports([foreign])).toMatchObject(malformed)
    expect(await rows((tx) => tx`select 1 from device_reports`)).toHaveLength(0)
  })

  test("moves no other device's order", async () => {
    const { planned } = await plan(2)
    const [mine, theirs] = planned
    await mine?.device.report({ orderId: theirs?.orderId ?? '', state: 'proved', sets: [setOf('installed')] })
    expect(await gate()).toMatchObject({ proved: 0 })
    expect(await states()).toEqual(['ordered', 'ordered'])
  })

  test('that are about no order of this device fill nothing: acknowledged, told in its history, not kept', async () => {
    const [device, other] = [await door.addOrderedDevice(client), await door.addOrderedDevice(client)]
    await device.report()
    const strange = [device.makeReport({ orderId: randomUUID() }), device.makeReport({ orderId: other.orderId ?? '' })]
    const known = device.makeReport()
    const answer = { ackSeq: 4, dropped: { code: 'unknown-order', seqs: [2, 3] } }
    expect((await device.sendReports([...strange, known])).body).toMatchObject(answer)
    // The answer was lost: the same again is no broken chain.
    expect((await device.sendReports([...strange, known])).body).toMatchObject(answer)
    expect((await device.report()).body).not.toHaveProperty('dropped')
    expect((await rows((tx) => tx`select seq from device_reports order by seq`)).map(({ seq }) => seq)).toEqual([
      '1',
      '4',
      '5',
    ])
    const noted = await rows((tx) => tx`select kind, summary from device_events where kind <> 'enrolled' order by id`)
    expect(noted).toMatchObject(
      strange.map(({ report }) => ({
        kind: 'unknown-order',
        summary: `Says "accepted" about order ${report.orderId}, which it was not given: not kept`,
      })),
    )
  })

  test('that tell of update sets which are not in the order fill nothing either', async () => {
    const { planned } = await plan(1)
    const { device, orderId } = planned[0] ?? {}
    if (!device) throw new Error('one was planned')
    await device.inventory({ missing: exampleMissing('lab-svc=2.0', 'lab-lib=2.0') })
    const strange = device.makeReport({
      orderId,
      state: 'proved',
      sets: [setOf('installed'), setOf('installed', 'lab-lib=2.0')],
    })
    expect((await device.sendReports([strange])).body).toMatchObject({ ackSeq: 1, dropped: { seqs: [1] } })
    expect(await states()).toEqual(['ordered'])
    expect(await rows((tx) => tx`select 1 from device_reports`)).toEqual([])
    expect(await rows((tx) => tx`select summary from device_events where kind = 'unknown-set'`)).toEqual([
      { summary: `Says "proved" about update sets that order ${orderId} does not hold: not kept` },
    ])
    expect((await device.report({ orderId, state: 'proved', sets: [setOf('installed')] })).body.ackSeq).toBe(2)
    expect(await states()).toEqual(['proved'])
  })

  test('that are about nothing, or broken, make a bounded number of lines in its history', async () => {
    const device = await door.addDevice(client)
    const reports = Array.from({ length: 50 }, () => device.makeReport({ prevHash: 'c'.repeat(64) }))
    expect((await device.sendReports(reports)).body.ackSeq).toBe(50)
    expect(await rows((tx) => tx`select 1 from device_reports`)).toEqual([])
    const counts = await rows(
      (tx) => tx`select kind, count(*)::int as lines from device_events where kind <> 'enrolled' group by 1 order by 1`,
    )
    expect(counts).toEqual([
      { kind: 'chain-broken', lines: 20 },
      { kind: 'unknown-order', lines: 20 },
    ])
  })

  test('a refusal without an id is kept once for each order that was handed out and never answered', async () => {
    const device = await door.addDevice(client)
    const refuse = () => device.report({ orderId: '00000000-0000-0000-0000-000000000000', state: 'refused' })
    expect((await refuse()).body).toMatchObject({ ackSeq: 1, dropped: { seqs: [1] } })
    await door.factories.makeOrder(client, { deviceId: device.deviceId, verb: 'scan' })
    expect((await device.poll()).body.orders).toHaveLength(1)
    expect((await refuse()).body).not.toHaveProperty('dropped')
    expect((await refuse()).body).toMatchObject({ ackSeq: 3, dropped: { seqs: [3] } })
    expect(await rows((tx) => tx`select seq from device_reports`)).toEqual([{ seq: '2' }])
  })
})

describe('the gate counts', () => {
  test('one proof once, however often it is told', async () => {
    const { planned } = await plan(2)
    for (let n = 0; n < 3; n++) await planned[0]?.tell('proved', setOf('installed'))
    await planned[0]?.tell('released', setOf('installed'))
    expect(await gate()).toEqual({ proved: 1, failed: 0, is_stopped: false })
  })

  test('one failure once, through failed and rolled back', async () => {
    const { planned } = await plan(2)
    await planned[0]?.tell('failed', setOf('failed'))
    await planned[0]?.tell('rolling-back', setOf('failed'))
    await planned[0]?.tell('rolled-back', setOf('rolled-back'))
    expect(await gate()).toEqual({ proved: 0, failed: 1, is_stopped: false })
    expect((await states()).sort()).toEqual(['ordered', 'rolled-back'])
  })

  test('a proof that fails in the watch as a failure and no longer as a proof', async () => {
    const { planned } = await plan(1)
    await planned[0]?.tell('proved', setOf('installed'))
    await planned[0]?.tell('rolled-back', setOf('rolled-back'))
    expect(await gate()).toEqual({ proved: 0, failed: 1, is_stopped: false })
  })

  test('all of many that come at once', async () => {
    const { planned } = await plan(6, { failureLimit: 9 })
    await Promise.all(
      planned.map(({ tell }, place) =>
        place < 2 ? tell('failed', setOf('failed')) : tell('proved', setOf('installed')),
      ),
    )
    expect(await gate()).toEqual({ proved: 4, failed: 2, is_stopped: false })
  })

  test('nothing for a rollback order, and a late word of the install does not bring the patch back', async () => {
    const { planned, patchId, rolloutId } = await plan(1)
    const [one] = planned
    if (!one) throw new Error('one device was planned')
    await one.tell('proved', setOf('installed'))
    const orderId = await door.factories.makeOrder(client, {
      deviceId: one.device.deviceId,
      rolloutId,
      position: 0,
      verb: 'rollback',
      patchIds: [patchId],
    })
    await one.device.report({ orderId, state: 'rolled-back', sets: [setOf('rolled-back')] })
    expect(await states()).toEqual(['rolled-back'])
    await one.tell('overtaken', setOf('installed'))
    expect(await states()).toEqual(['rolled-back'])
    expect(await gate()).toEqual({ proved: 1, failed: 0, is_stopped: false })
  })

  test('a refusal as no failure of the patch, but says why on the plan', async () => {
    const { planned } = await plan(1)
    const [one] = planned
    await one?.device.report({
      orderId: one.orderId,
      state: 'refused',
      refusal: { code: 'bad-signature', detail: 'no key' },
    })
    expect(await gate()).toMatchObject({ failed: 0 })
    const [item] = await rows((tx) => tx`select state, reason from plan_items`)
    expect(item).toEqual({ state: 'failed', reason: 'bad-signature: no key' })
  })
})

describe('a failure trips nothing', () => {
  const breaker = () => rows((tx) => tx`select failed_devices from breakers`)

  test('when its set is none of the order', async () => {
    const { planned, rolloutId, patchId } = await plan(1)
    const [one] = planned
    if (!one) throw new Error('one device was planned')
    await rows((tx) => tx`update work_orders set patch_ids = ${[randomUUID()]} where id = ${one.orderId}`)
    await one.tell('failed', setOf('failed'))
    expect(await states()).toEqual(['ordered'])
    expect(await gate()).toMatchObject({ failed: 0 })
    expect(await breaker()).toEqual([])
    await rows((tx) => tx`update work_orders set patch_ids = ${[patchId]} where rollout_id = ${rolloutId}`)
    await one.tell('failed', setOf('failed'))
    expect(await breaker()).toHaveLength(1)
  })

  test('when the rollout was aborted, though the plan says what happened', async () => {
    const { planned } = await plan(2)
    await rows((tx) => tx`update rollouts set state = 'aborted'`)
    await planned[0]?.tell('failed', setOf('failed'))
    expect((await states()).sort()).toEqual(['failed', 'ordered'])
    expect(await gate()).toMatchObject({ failed: 0 })
    expect(await breaker()).toEqual([])
  })

  test('when the item was dropped', async () => {
    const { planned } = await plan(1)
    await rows((tx) => tx`update plan_items set state = 'dropped', is_claimed = false`)
    await planned[0]?.tell('failed', setOf('failed'))
    expect(await breaker()).toEqual([])
  })

  test('when rollout and order are over; that of a straggler, whose order is not, counts', async () => {
    const { planned } = await plan(2)
    await planned[0]?.tell('proved', setOf('installed'))
    await rows((tx) => tx`update rollouts set state = 'finished'`)
    await planned[0]?.tell('rolled-back', setOf('rolled-back'))
    expect(await breaker()).toEqual([])
    await planned[1]?.tell('failed', setOf('failed'))
    expect(await breaker()).toMatchObject([{ failed_devices: 1 }])
  })
})

test('above the failure limit the patch stops at once: no lease and no permit any more', async () => {
  const { planned } = await plan(3, { failureLimit: 1 })
  await planned[0]?.tell('failed', setOf('failed'))
  expect(await gate()).toMatchObject({ is_stopped: false })
  await planned[1]?.tell('failed', setOf('failed'))
  expect(await gate()).toMatchObject({ failed: 2, is_stopped: true })
  const last = planned[2]
  if (!last) throw new Error('three devices were planned')
  expect((await last.device.poll()).body.orders).toEqual([])
  expect((await last.device.permit(last.orderId)).body).toMatchObject({ permit: false, denial: 'superseded' })
})

test('the breaker trips over several rollouts, holds in all clients, and stops the patch everywhere', async () => {
  await door.factories.makePolicy(client.mspId, { breaker: { devices: 2 } })
  const first = await plan(1, { failureLimit: 9 })
  const second = await plan(1, { failureLimit: 9 })
  await first.planned[0]?.tell('failed', setOf('failed'))
  expect(await rows((tx) => tx`select 1 from holds`)).toHaveLength(0)
  await second.planned[0]?.tell('failed', setOf('failed'))
  const holds = await rows((tx) => tx`select client_id, patch_id, source from holds`)
  expect(holds).toMatchObject([{ client_id: null, patch_id: first.patchId, source: 'breaker' }])
  const stopped = await rows((tx) => tx`select is_stopped from ring_patches`)
  expect(stopped.map(({ is_stopped }) => is_stopped)).toEqual([true, true])
  await second.planned[0]?.tell('rolled-back', setOf('rolled-back'))
  expect(await rows((tx) => tx`select 1 from holds`)).toHaveLength(1)
})

test('staging: kept, vanished, and never a step back of what went further', async () => {
  const { planned, patchId, rolloutId } = await plan(2)
  await rows((tx) => tx`update plan_items set state = 'planned'`)
  const stage = async (place: number, set: SetReport, state: Report['state']) => {
    const one = planned[place]
    if (!one) throw new Error('not planned')
    const orderId = await door.factories.makeOrder(client, {
      deviceId: one.device.deviceId,
      rolloutId,
      verb: 'stage',
      attempt: 1 + Math.floor(Math.random() * 1_000_000),
      patchIds: [patchId],
    })
    await one.device.report({ orderId, state, sets: [set] })
  }
  await stage(0, setOf('staged'), 'staged')
  await stage(1, setOf('vanished'), 'vanished')
  const items = await rows((tx) => tx`select state, undo_class, is_claimed from plan_items order by state`)
  expect(items).toMatchObject([
    { state: 'staged', undo_class: 'kept', is_claimed: true },
    { state: 'vanished', is_claimed: false },
  ])
  await planned[0]?.tell('proved', setOf('installed'))
  await stage(0, setOf('staged'), 'staged')
  expect((await states()).sort()).toEqual(['proved', 'vanished'])
})
