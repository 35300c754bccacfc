import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decidePatch } from '../approvals/decide-patch.ts'
import type { TestDevice } from '../device-api/test-device.ts'
import { setHold } from '../holds/set-hold.ts'
import { savePolicy } from '../policies/save-policy.ts'
import { getPatch } from './get-patch.ts'
import { listPatchDevices } from './list-patch-devices.ts'
import { listPatches } from './list-patches.ts'
import { type PatchWorld, startPatchWorld } from './testing.ts'

let world: PatchWorld
let alder: TestDevice
const ids: Record<string, string> = {}
const day = 86_400_000

beforeAll(async () => {
  world = await startPatchWorld()
  alder = await world.enrol(world.alder, 'alder-1', ['test'])
  await world.lacks(alder, 'lab-svc=2.0', 'lab-lib=2.0', 'gone=1.0')
  await world.lacks(alder, 'lab-svc=2.0', 'lab-lib=2.0')
  await world.lacks(await world.enrol(world.alder, 'alder-2'), 'lab-svc=2.0')
  await world.lacks(await world.enrol(world.birch, 'birch-1', ['test']), 'lab-svc=2.0')
  await world.lacks(await world.enrol(world.cedar, 'cedar-1', ['test']), 'lab-svc=2.0', 'secret-erp=1.0')
  for (const name of ['lab-svc', 'lab-lib']) ids[name] = await world.patchId(name, '2.0')
  for (const name of ['gone', 'secret-erp']) ids[name] = await world.patchId(name, '1.0')
})
afterAll(() => world.stop())

/** The rules of the standard would approve security patches a day after first sight. */
const list = (ctx = world.person('owner'), input: Partial<Parameters<typeof listPatches>[1]> = {}) =>
  listPatches(ctx, { search: '', ...input })
const technician = (now = new Date()) => world.person('technician', [world.alder, world.birch], now)

describe('list', () => {
  test('counts devices and clients under the rights of the caller, and shows nothing of the third client', async () => {
    const all = await list()
    expect(all.rows.map((row) => [row.name, row.devices, row.clients]).sort()).toEqual([
      ['lab-lib', 1, 1],
      ['lab-svc', 4, 3],
      ['secret-erp', 1, 1],
    ])
    const some = await list(technician())
    expect(some.rows.map((row) => [row.name, row.devices, row.clients]).sort()).toEqual([
      ['lab-lib', 1, 1],
      ['lab-svc', 3, 2],
    ])
    expect(some.counts.all).toBe(2)
    expect((await list(world.person('owner', 'all', new Date(), world.foreign.mspId))).hasAny).toBe(false)
  })

  test('waits for a rule on the first day, is approved by it on the next', async () => {
    expect((await list()).rows.map((row) => row.standing.state)).toEqual(['waiting', 'waiting', 'waiting'])
    const later = await list(world.person('owner', 'all', new Date(Date.now() + 2 * day)))
    expect(later.rows.map((row) => row.standing.state)).toEqual(['approved', 'approved', 'approved'])
    expect(later.counts).toMatchObject({ wants: 0, approved: 3, held: 0, rejected: 0, all: 3 })
  })

  test('without a rule it wants a person, and that tab is the default', async () => {
    const { standardPolicy } = await import('../policies/rules.ts')
    const owner = world.person('owner')
    await savePolicy(owner, {
      clientId: null,
      basedOnVersion: 0,
      reason: '',
      document: { ...standardPolicy, approvalRules: [] },
    })
    const page = await list()
    expect([page.filter, page.counts.wants]).toEqual(['wants', 3])
    expect(page.rows.every((row) => row.standing.wantsPerson)).toBe(true)
  })

  test('decisions and holds of clients, devices and the MSP give the state, also mixed', async () => {
    const owner = world.person('owner')
    const { alder: a, birch: b } = world
    await decidePatch(owner, { patchId: ids['lab-svc'] ?? '', clients: [a.clientId], kind: 'approve', reason: '' })
    await setHold(owner, { patchId: ids['lab-svc'] ?? '', clients: [b.clientId], reason: 'card reader' })
    const page = await list(undefined, { search: 'lab-svc' })
    expect(page.rows[0]?.standing).toEqual({
      state: 'mixed',
      wantsPerson: true,
      tallies: [
        { state: 'pending', devices: 1, clients: 1 },
        { state: 'approved', devices: 2, clients: 1 },
        { state: 'held', devices: 1, clients: 1 },
      ],
    })
    // The technician's own clients have all decided.
    const own = await list(technician(), { search: 'lab-svc', filter: 'all' })
    expect(own.rows[0]?.standing).toMatchObject({ wantsPerson: false })
    expect(own.counts).toMatchObject({ wants: 0, approved: 1, held: 1 })
    // One device of Alder apart.
    const forOne = { patchId: ids['lab-svc'] ?? '', clients: [a.clientId], deviceId: alder.deviceId }
    await decidePatch(owner, { ...forOne, kind: 'reject', reason: 'this one stays' })
    const [row] = (await list(technician(), { search: 'lab-svc', filter: 'all' })).rows
    expect(row?.standing.tallies).toEqual([
      { state: 'approved', devices: 1, clients: 1 },
      { state: 'rejected', devices: 1, clients: 1 },
      { state: 'held', devices: 1, clients: 1 },
    ])
    expect(row?.devices).toBe(3)
  })

  test('filters: search is text and no pattern, classification, and what nobody lacks any more', async () => {
    expect((await list(undefined, { search: 'LAB-L', filter: 'all' })).rows.map((row) => row.name)).toEqual(['lab-lib'])
    expect((await list(undefined, { search: '%', filter: 'all' })).rows).toEqual([])
    expect((await list(undefined, { classification: 'driver', filter: 'all' })).rows).toEqual([])
    expect((await list(undefined, { filter: 'past' })).rows.map((row) => row.name)).toEqual(['gone'])
    const ofBirch = world.person('technician', [world.birch])
    expect((await list(ofBirch, { filter: 'past' })).rows).toEqual([])
  })

  test('pages by key, newest first, without a gap or a repeat', async () => {
    const many = Array.from({ length: 120 }, (_, place) => `pkg-${String(place).padStart(3, '0')}=1.0`)
    await world.lacks(await world.enrol(world.foreign, 'foreign-1'), ...many)
    const ctx = world.person('owner', 'all', new Date(), world.foreign.mspId)
    const seen: string[] = []
    let page = await list(ctx, { filter: 'all' })
    expect(page.newer).toBeNull()
    for (; ; page = await list(ctx, { filter: 'all', after: page.older ?? '' })) {
      seen.push(...page.rows.map((row) => row.id))
      if (!page.older) break
    }
    expect([seen.length, new Set(seen).size]).toEqual([120, 120])
    const back = await list(ctx, { filter: 'all', before: page.newer ?? '' })
    expect(back.rows.map((row) => row.id)).toEqual(seen.slice(50, 100))
    expect((await list(ctx, { filter: 'all', after: 'rubbish' })).rows.map((row) => row.id)).toEqual(seen.slice(0, 50))
  })
})

describe('one patch', () => {
  const get = (ctx = technician(), name = 'lab-svc') => getPatch(ctx, { patchId: ids[name] ?? '' })

  test('clients, dry run and history under the rights of the caller; nothing of the third client, not even of a wide hold', async () => {
    const owner = world.person('owner')
    await setHold(owner, { patchId: ids['lab-svc'] ?? '', clients: [world.cedar.clientId], reason: 'Cedar audits' })
    const view = await get()
    expect(view.clients.map((client) => [client.name, client.devices])).toEqual([
      ['Alder Dental', 2],
      ['Birch Law', 1],
    ])
    expect(JSON.stringify(view)).not.toMatch(/cedar|secret-erp/i)
    expect((await get(owner)).clients).toHaveLength(3)
    expect(view.may.decideForAll.can).toBe(false)
  })

  test('an approval now would bring what the planner plans: the rejected device and the held client are left out', async () => {
    const view = await get()
    const [first, second] = view.clients
    // alder-1 is the test device and rejected for itself: alder-2 waits, because no test device could try it.
    expect(first?.dryRun.leftOut.rejected).toBe(1)
    expect(first?.hasTestDevice).toBe(true)
    expect(second?.dryRun).toMatchObject({ devices: 0, leftOut: { held: 1 } })
  })

  test('only what one of the own devices lacks or lacked is found', async () => {
    await expect(get(technician(), 'secret-erp')).rejects.toMatchObject({ code: 'not-found' })
    await expect(getPatch(technician(), { patchId: randomUUID() })).rejects.toMatchObject({ code: 'not-found' })
    const past = await get(technician(), 'gone')
    expect([past.clients, past.standing.tallies]).toEqual([[], []])
  })

  test('devices of a client by name, 50 a page; of the third client not found', async () => {
    const ctx = technician()
    const patchId = ids['lab-svc'] ?? ''
    const page = await listPatchDevices(ctx, { patchId, clientId: world.alder.clientId })
    expect(page.rows.map((row) => [row.hostName, row.ring, row.fromVersion, row.state])).toEqual([
      ['alder-1', 'Test', '1.0', 'rejected'],
      ['alder-2', page.rows[1]?.ring, '1.0', 'approved'],
    ])
    expect(page.next).toBeNull()
    const cursor = { hostName: 'alder-1', deviceId: alder.deviceId }
    const next = await listPatchDevices(ctx, { patchId, clientId: world.alder.clientId, cursor })
    expect(next.rows.map((row) => row.hostName)).toEqual(['alder-2'])
    for (const clientId of [world.cedar.clientId, world.foreign.clientId])
      await expect(listPatchDevices(ctx, { patchId, clientId })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('own results count each device once, with its last word', async () => {
    const { factories } = world.door
    const rings = [{ deviceIds: [alder.deviceId], patchIds: [ids['lab-lib'] ?? ''] }]
    const rolloutId = await factories.makeRollout(world.alder, rings)
    expect((await get(technician(), 'lab-lib')).results).toMatchObject({
      proved: 0,
      open: 1,
      rollouts: [{ number: 1 }],
    })
    expect((await get(technician(), 'lab-lib')).clients[0]?.dryRun.leftOut).toEqual({ 'in-rollout': 1 })
    await factories.inMsp(
      world.mspId,
      (tx) => tx`update plan_items set state = 'proved', is_claimed = false where rollout_id = ${rolloutId}`,
    )
    expect((await get(technician(), 'lab-lib')).results).toMatchObject({ proved: 1, failed: 0, open: 0 })
  })

  test('read-only sees it all and may nothing, with the reason', async () => {
    const view = await get(world.person('read-only'))
    const { decideForAll, ...may } = view.may
    expect(new Set(Object.values(may).map(({ can }) => can))).toEqual(new Set([false]))
    expect(decideForAll.can).toBe(true)
    expect(view.history.every((event) => !event.canEnd.can)).toBe(true)
  })
})
