import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientRef, inHours } from '../../db/factories.ts'
import { decidePatch } from '../approvals/decide-patch.ts'
import { createClient } from '../clients/create-client.ts'
import { exampleHashes, exampleMissing, examplePackages, type TestDevice } from '../device-api/test-device.ts'
import { startTestConsole, type TestDoor } from '../device-api/testing.ts'
import { refreshFleet } from '../devices/refresh-fleet.ts'
import { liftHold } from '../holds/lift-hold.ts'
import { setHold } from '../holds/set-hold.ts'
import { standardPolicy } from '../policies/rules.ts'
import { personContext } from '../rollouts/testing.ts'
import { getOverview } from './get-overview.ts'
import type { NeedKind } from './rules.ts'

const hourMs = 3_600_000
let door: TestDoor
beforeAll(async () => {
  door = await startTestConsole()
  await door.factories.beat()
})
afterAll(() => door?.stop())

/** An MSP whose rules approve nothing by themselves. */
async function makeMsp() {
  const mspId = await door.factories.makeMsp()
  await door.factories.makePolicy(mspId, { ...standardPolicy, approvalRules: [] })
  return mspId
}

let reports = 0
const addDevice = async (client: ClientRef, hostName: string, missing: string[] = []): Promise<TestDevice> => {
  const device = await door.addDevice(client, { hostName, tags: hostName.startsWith('test') ? ['test'] : [] })
  reports += 1
  await device.inventory({
    hashes: exampleHashes(`overview ${reports}`),
    packages: examplePackages(2),
    missing: exampleMissing(...missing),
  })
  return device
}

async function makeClient(mspId: string, name: string, missing: string[] = []) {
  const client = await door.factories.makeClient(mspId, { name })
  const first = await addDevice(client, `test-${name.toLowerCase().replaceAll(' ', '-')}`, missing)
  const second = await addDevice(client, `pc-${name.toLowerCase().replaceAll(' ', '-')}`, missing)
  return { client, devices: [first, second] as const }
}

const see = (mspId: string, clients: 'all' | string[] = 'all', now = new Date()) =>
  getOverview(personContext(mspId, { role: 'owner', clients, now }))
const needOf = async (mspId: string, kind: NeedKind, now = new Date(), clients: 'all' | string[] = 'all') =>
  (await see(mspId, clients, now)).needs.find((need) => need.kind === kind)
const patchOf = (mspId: string, name = 'lab-svc') => door.factories.findPatch(mspId, name, '2.0')

async function makeRollout(mspId: string, name = 'Kestrel', window: { lastStartAt?: Date; closesAt?: Date } = {}) {
  const { client, devices } = await makeClient(mspId, name, ['lab-svc=2.0'])
  const patchId = await patchOf(mspId)
  const deviceIds = devices.map((device) => device.deviceId)
  const rolloutId = await door.factories.makeRollout(client, [{ deviceIds, patchIds: [patchId], window }])
  return { client, devices, patchId, rolloutId, deviceIds }
}
type Run = Awaited<ReturnType<typeof makeRollout>>

const setGate = (mspId: string, { rolloutId }: Run, change: { verdict?: string; failed?: number; isBack?: boolean }) =>
  door.factories.inMsp(mspId, async (tx) => {
    const { verdict = 'collecting', failed = 0, isBack = false } = change
    await tx`update ring_patches set verdict = ${verdict}, verdict_at = now(), failed = ${failed}, is_stopped = ${isBack},
      roll_back_at = ${isBack ? new Date() : null} where rollout_id = ${rolloutId}`
  })
const setItem = (mspId: string, { rolloutId }: Run, device: TestDevice, state: string) =>
  door.factories.inMsp(
    mspId,
    (tx) => tx`update plan_items set state = ${state}, state_at = now()
      where rollout_id = ${rolloutId} and device_id = ${device.deviceId}`,
  )
const addHold = (mspId: string, run: Run, source: 'gate' | 'breaker') =>
  door.factories.inMsp(mspId, async (tx) => {
    const [hold] = await tx`insert into holds (msp_id, client_id, patch_id, source, reason, rollout_id, set_by, set_at)
      values (${mspId}, ${source === 'gate' ? run.client.clientId : null}, ${run.patchId}, ${source},
        'lab-svc 2.0 failed on 3 devices', ${run.rolloutId}, 'A test', now()) returning id`
    return String(hold?.id)
  })
const lift = (mspId: string, holdId: string) =>
  liftHold(personContext(mspId, { role: 'owner' }), { holdId, reason: 'A test is over' })

describe('first tasks', () => {
  test('an MSP without a client adds one, enrols a device, chooses a test device', async () => {
    const mspId = await makeMsp()
    const kinds = async () => (await see(mspId)).needs.map((need) => need.kind)
    expect(await kinds()).toEqual(['no-client'])
    const owner = personContext(mspId, { role: 'owner' })
    const { clientId, siteId } = await createClient(owner, {
      name: 'Tidewell',
      timeZone: 'Europe/London',
      siteName: 'Leeds',
    })
    expect(await kinds()).toEqual(['no-devices'])
    const device = await addDevice({ mspId, clientId, siteId }, 'pc-1')
    expect(await kinds()).toEqual(['no-test-device'])
    await door.factories.inMsp(mspId, (tx) => tx`update devices set tags = '{test}' where id = ${device.deviceId}`)
    expect(await kinds()).toEqual([])
  })

  test('who may not add a client is not asked to', async () => {
    const mspId = await makeMsp()
    expect((await getOverview(personContext(mspId, { role: 'technician' }))).needs).toEqual([])
    expect((await see(mspId, [])).needs).toEqual([])
  })
})

describe('rollouts', () => {
  test('a failed gate: what failed, how far it is taken back, until the hold is lifted', async () => {
    const mspId = await makeMsp()
    const run = await makeRollout(mspId)
    expect(await needOf(mspId, 'failed-gate')).toBeUndefined()
    await setGate(mspId, run, { verdict: 'fail', failed: 1, isBack: true })
    await setItem(mspId, run, run.devices[0], 'rolled-back')
    await setItem(mspId, run, run.devices[1], 'rolling-back')
    await door.factories.inMsp(
      mspId,
      (tx) => tx`update devices set status = 'silent' where id = ${run.devices[1].deviceId}`,
    )
    const holdId = await addHold(mspId, run, 'gate')
    const need = await needOf(mspId, 'failed-gate', new Date(Date.now() + 48 * hourMs))
    expect(need).toMatchObject({
      isToday: true,
      words: {
        sentence: 'lab-svc 2.0 failed the Ring 0 gate at Kestrel',
        evidence: '1 of 2 failed. Rolled back on 1 of 2; 1 is offline. Held for this client.',
        action: 'Open R-1',
        target: { page: 'rollout', id: run.rolloutId },
      },
    })
    await setItem(mspId, run, run.devices[1], 'rolled-back')
    const done = await needOf(mspId, 'failed-gate', new Date(Date.now() + 48 * hourMs))
    expect(done).toMatchObject({ isToday: false })
    expect(done?.words.evidence).toContain('Rolled back on 2, proved by re-scan.')
    await lift(mspId, holdId)
    expect(await needOf(mspId, 'failed-gate')).toBeUndefined()
  })

  test('a hold that a person set is no failed gate', async () => {
    const mspId = await makeMsp()
    const run = await makeRollout(mspId)
    const ctx = personContext(mspId, { role: 'owner' })
    await setHold(ctx, { patchId: run.patchId, clients: [run.client.clientId], reason: 'A person knows' })
    expect((await see(mspId)).needs.map((need) => need.kind)).not.toContain('failed-gate')
  })

  test('a gate that asks a person, until it is decided', async () => {
    const mspId = await makeMsp()
    const run = await makeRollout(mspId)
    expect(await needOf(mspId, 'gate-asks')).toBeUndefined()
    await setGate(mspId, run, { verdict: 'asking' })
    expect(await needOf(mspId, 'gate-asks')).toMatchObject({
      isToday: false,
      words: { sentence: 'lab-svc 2.0 at Kestrel: the Ring 0 gate asks a person', action: 'Decide in R-1' },
    })
    // Fourteen days after first sight it is due, as the fleet sweep reckons.
    await refreshFleet(new Date(), hourMs, [run.client.clientId])
    expect(await needOf(mspId, 'gate-asks', inHours(14 * 24))).toMatchObject({ isToday: true })
    expect((await see(mspId)).running.rows[0]?.words.kind).toBe('asking')
    await setGate(mspId, run, { verdict: 'pass' })
    expect(await needOf(mspId, 'gate-asks')).toBeUndefined()
  })

  test('the breaker, until its hold is lifted', async () => {
    const mspId = await makeMsp()
    const run = await makeRollout(mspId)
    const other = await makeClient(mspId, 'Elsewhere')
    const holdId = await addHold(mspId, run, 'breaker')
    const need = await needOf(mspId, 'breaker')
    expect(need?.words.sentence).toBe('The breaker holds lab-svc 2.0 at all clients')
    expect(need?.words.evidence).toBe('lab-svc 2.0 failed on 3 devices. 2 devices lack it and wait.')
    // Who sees only a client that never had it learns nothing of it; who sees some is not told how many.
    expect(await needOf(mspId, 'breaker', new Date(), [other.client.clientId])).toBeUndefined()
    const partly = await needOf(mspId, 'breaker', new Date(), [run.client.clientId])
    expect(partly?.words.evidence).not.toContain('3 devices')
    await lift(mspId, holdId)
    expect(await needOf(mspId, 'breaker')).toBeUndefined()
  })

  test('a rollback that failed, until a scan shows another version without trouble', async () => {
    const mspId = await makeMsp()
    const run = await makeRollout(mspId)
    await setGate(mspId, run, { verdict: 'fail', failed: 2, isBack: true })
    expect(await needOf(mspId, 'rollback-failed')).toBeUndefined()
    await setItem(mspId, run, run.devices[1], 'rollback-failed')
    const scan = (version: string) => {
      reports += 1
      const packages = [{ manager: 'apt' as const, name: 'lab-svc', version, architecture: 'all', status: 'ii' }]
      return run.devices[1].inventory({ hashes: exampleHashes(`scan ${reports}`), packages })
    }
    expect(await scan('2.0')).toMatchObject({ status: 200 })
    expect(await needOf(mspId, 'rollback-failed')).toMatchObject({
      isToday: true,
      words: { sentence: 'lab-svc 2.0 could not be taken back on 1 device at Kestrel' },
    })
    expect(await scan('1.0')).toMatchObject({ status: 200 })
    expect(await needOf(mspId, 'rollback-failed')).toBeUndefined()
  })

  test('a missed window, within a day after it shut, unless the device started', async () => {
    const mspId = await makeMsp()
    const run = await makeRollout(mspId, 'Kestrel', { lastStartAt: inHours(1), closesAt: inHours(1) })
    const orderId = await door.factories.makeOrder(run.client, {
      deviceId: run.devices[1].deviceId,
      rolloutId: run.rolloutId,
      position: 0,
      patchIds: [run.patchId],
    })
    expect(await needOf(mspId, 'missed-window')).toBeUndefined()
    const need = await needOf(mspId, 'missed-window', inHours(2))
    expect(need?.words.sentence).toBe('1 device missed the Ring 0 window at Kestrel')
    expect(need?.words.evidence).toContain('pc-kestrel.')
    expect(need?.words.evidence).toContain('They catch up at the next window.')
    expect(await needOf(mspId, 'missed-window', inHours(26))).toBeUndefined()
    await door.factories.inMsp(
      mspId,
      (tx) => tx`update work_orders set permitted_at = now(), state = 'open' where id = ${orderId}`,
    )
    expect(await needOf(mspId, 'missed-window', inHours(2))).toBeUndefined()
  })

  test('a failed device that may be tried again, until its patch is stopped', async () => {
    const mspId = await makeMsp()
    const run = await makeRollout(mspId)
    await setGate(mspId, run, { failed: 1 })
    expect(await needOf(mspId, 'retry')).toBeUndefined()
    await setItem(mspId, run, run.devices[1], 'failed')
    expect(await needOf(mspId, 'retry')).toMatchObject({
      words: {
        sentence: '1 device failed at Kestrel and may be tried again',
        target: { page: 'devices', filter: 'failed', client: run.client.clientId },
      },
    })
    await setGate(mspId, run, { failed: 1, isBack: true })
    expect(await needOf(mspId, 'retry')).toBeUndefined()
  })
})

describe('decisions and devices', () => {
  test('approvals that are wanted, until somebody decides', async () => {
    const mspId = await makeMsp()
    const { client } = await makeClient(mspId, 'Kestrel', ['lab-svc=2.0', 'lab-lib=2.0'])
    await makeClient(mspId, 'Alder', ['lab-svc=2.0'])
    expect((await needOf(mspId, 'approvals'))?.words).toMatchObject({
      sentence: '2 patches want an approval, at 2 clients',
      action: 'Review 2',
    })
    const ctx = personContext(mspId, { role: 'owner' })
    await decidePatch(ctx, { patchId: await patchOf(mspId), clients: 'all', kind: 'approve', reason: '' })
    expect((await needOf(mspId, 'approvals'))?.words.sentence).toBe('lab-lib 2.0 wants an approval, at 1 client')
    await decidePatch(ctx, {
      patchId: await patchOf(mspId, 'lab-lib'),
      clients: [client.clientId],
      kind: 'approve',
      reason: '',
    })
    expect(await needOf(mspId, 'approvals')).toBeUndefined()
  })

  test('silent, without data, past due: as the fleet sweep counts them', async () => {
    const mspId = await makeMsp()
    const { client } = await makeClient(mspId, 'Kestrel', ['lab-svc=2.0'])
    const sweep = async (at: Date) => {
      await refreshFleet(at, hourMs, [client.clientId])
      const { needs, fleet } = await see(mspId)
      return { kinds: needs.map((need) => need.kind).filter((kind) => kind !== 'approvals'), fleet }
    }
    expect(await sweep(new Date())).toMatchObject({ kinds: [], fleet: { devices: 2, compliant: 2 } })
    expect(await sweep(inHours(4))).toMatchObject({ kinds: ['silent'], fleet: { devices: 2, silent: 2 } })
    expect(await sweep(inHours(80))).toMatchObject({ kinds: ['no-data'], fleet: { compliant: 0, noData: 2 } })
    expect((await sweep(inHours(15 * 24))).kinds).toEqual(['past-due', 'no-data'])
    expect((await sweep(new Date())).kinds).toEqual([])
  })
})

test('a technician of two of three clients sees nothing of the third, counts included', async () => {
  const mspId = await makeMsp()
  const runs = []
  for (const name of ['Alder', 'Birch', 'Secret Cedar']) runs.push(await makeRollout(mspId, name))
  const [, , third] = runs
  const given = runs.slice(0, 2).map((run) => run.client.clientId)
  for (const run of runs) {
    await setGate(mspId, run, { verdict: 'fail', failed: 1, isBack: true })
    await setItem(mspId, run, run.devices[0], 'rollback-failed')
    await addHold(mspId, run, 'gate')
  }
  await refreshFleet(
    inHours(4),
    hourMs,
    runs.map((run) => run.client.clientId),
  )
  const all = await see(mspId)
  const some = await see(mspId, given)
  expect(JSON.stringify(all)).toContain('Secret Cedar')
  const text = JSON.stringify(some)
  for (const secret of ['Secret', 'secret', third?.client.clientId, third?.rolloutId, ...(third?.deviceIds ?? [])])
    expect(text).not.toContain(secret)
  expect([all.fleet.devices, some.fleet.devices]).toEqual([6, 4])
  expect([all.clients.count, some.clients.count]).toEqual([3, 2])
  expect([all.running.count, some.running.count]).toEqual([3, 2])
  const count = (overview: typeof all, kind: NeedKind) => overview.needs.filter((need) => need.kind === kind).length
  expect([count(all, 'failed-gate'), count(some, 'failed-gate')]).toEqual([3, 2])
  expect([count(all, 'rollback-failed'), count(some, 'rollback-failed')]).toEqual([3, 2])
  const reachOf = (overview: typeof all) => overview.needs.find((need) => need.kind === 'silent')?.words
  expect(reachOf(all)).toMatchObject({ sentence: '6 devices are silent', reach: '3 clients' })
  expect(reachOf(some)).toMatchObject({ sentence: '4 devices are silent', reach: '2 clients' })
})

test('orders that nobody signs for minutes need a person, of the clients one sees; a signature ends it', async () => {
  const mspId = await makeMsp()
  const { client, devices } = await makeClient(mspId, 'Unsigned')
  const other = await makeClient(mspId, 'Other')
  const orderId = await door.factories.makeOrder(client, { deviceId: devices[0].deviceId, state: 'unsigned' })
  const later = new Date(Date.now() + hourMs / 20)
  expect(await needOf(mspId, 'signing')).toBeUndefined()
  expect(await needOf(mspId, 'signing', later)).toMatchObject({
    isToday: true,
    words: { sentence: 'Orders for 1 device wait for a signature' },
  })
  expect(await needOf(mspId, 'signing', later, [other.client.clientId])).toBeUndefined()
  await door.factories.inMsp(mspId, (tx) => tx`update work_orders set state = 'ready' where id = ${orderId}`)
  expect(await needOf(mspId, 'signing', later)).toBeUndefined()
})
