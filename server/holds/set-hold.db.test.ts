import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import { liftHold } from './lift-hold.ts'
import { listHolds } from './queries.ts'
import { setHold } from './set-hold.ts'

let world: PatchWorld
let patchId: string
let ofCedarOnly: string
const rolloutOf = new Map<string, string>()

beforeAll(async () => {
  world = await startPatchWorld()
  for (const [client, name] of [
    [world.alder, 'alder-1'],
    [world.birch, 'birch-1'],
    [world.cedar, 'cedar-1'],
  ] as const) {
    const device = await world.enrol(client, name)
    await world.lacks(device, 'lab-svc=2.0', ...(client === world.cedar ? ['secret-erp=1.0'] : []))
    patchId = await world.patchId('lab-svc', '2.0')
    const rings = [{ deviceIds: [device.deviceId], patchIds: [patchId] }]
    rolloutOf.set(client.clientId, await world.door.factories.makeRollout(client, rings))
  }
  ofCedarOnly = await world.patchId('secret-erp', '1.0')
})
afterAll(() => world.stop())

const holdRows = () =>
  world.door.factories.inMsp(
    world.mspId,
    (tx) => tx`select id, client_id, patch_id, source, lifted_at from holds order by id`,
  )
const isStopped = async (clientId: string) => {
  const [row] = await world.door.factories.inMsp(
    world.mspId,
    (tx) => tx`select is_stopped, (select is_dirty from rollout_rings r where r.rollout_id = p.rollout_id) as is_dirty
      from ring_patches p where rollout_id = ${rolloutOf.get(clientId) ?? ''} and patch_id = ${patchId}`,
  )
  return row
}
const reason = 'breaks the card reader'

describe('set a hold', () => {
  test('refusals write nothing: all clients by who sees two, the third client, a patch of the third, read-only', async () => {
    const ctx = world.person('technician', [world.alder, world.birch])
    const before = [await holdRows(), await world.audit()]
    const refused = (input: Parameters<typeof setHold>[1], code: string, by = ctx) =>
      expect(setHold(by, input), JSON.stringify(input)).rejects.toMatchObject({ code })
    await refused({ patchId, clients: 'all', reason }, 'forbidden')
    await refused({ patchId, clients: [world.alder.clientId, world.cedar.clientId], reason }, 'not-found')
    await refused({ patchId, clients: [world.foreign.clientId], reason }, 'not-found')
    await refused({ patchId: ofCedarOnly, clients: [world.alder.clientId], reason }, 'not-found')
    await refused({ patchId: randomUUID(), clients: [world.alder.clientId], reason }, 'not-found')
    await refused({ patchId, clients: [world.alder.clientId], reason }, 'forbidden', world.person('read-only'))
    expect([await holdRows(), await world.audit()]).toEqual(before)
    expect(await isStopped(world.alder.clientId)).toMatchObject({ is_stopped: false })
  })

  test('stops the running rollouts of its clients at once and those of nobody else', async () => {
    const ctx = world.person('technician', [world.alder, world.birch])
    expect(await setHold(ctx, { patchId, clients: [world.alder.clientId], reason })).toEqual({ holds: 1 })
    expect(await isStopped(world.alder.clientId)).toEqual({ is_stopped: true, is_dirty: true })
    expect(await isStopped(world.birch.clientId)).toMatchObject({ is_stopped: false })
    const [last] = (await world.audit()).slice(-1)
    expect(last).toMatchObject({
      action: 'hold:set',
      client_id: world.alder.clientId,
      subject_name: 'lab-svc 2.0',
      reason,
      changes: { scope: 'Alder Dental' },
    })
  })

  test('what a person holds already is not held twice', async () => {
    const ctx = world.person('owner')
    const { clientId } = world.alder
    const before = await world.audit()
    expect(await setHold(ctx, { patchId, clients: [clientId], reason })).toEqual({ holds: 0 })
    expect(await world.audit()).toEqual(before)
    const both = await setHold(ctx, { patchId, clients: [clientId, world.birch.clientId], reason })
    expect(both).toEqual({ holds: 1 })
    expect((await holdRows()).map((row) => row.client_id)).toEqual([clientId, world.birch.clientId])
  })

  test('for all clients: every running rollout of the MSP stops', async () => {
    expect(await isStopped(world.cedar.clientId)).toMatchObject({ is_stopped: false })
    await setHold(world.person('technician'), { patchId, clients: 'all', reason })
    expect(await isStopped(world.cedar.clientId)).toMatchObject({ is_stopped: true })
  })
})

describe('list and lift', () => {
  const of = async (clientId: string | null) => (await holdRows()).find((row) => row.client_id === clientId)?.id

  test('who sees two clients sees holds of these and of the MSP, counts own devices, and nothing of the third', async () => {
    await setHold(world.person('owner'), { patchId: ofCedarOnly, clients: 'all', reason })
    await setHold(world.person('owner'), { patchId, clients: [world.cedar.clientId], reason: 'Cedar asked for it' })
    const ctx = world.person('technician', [world.alder, world.birch])
    const page = await listHolds(ctx, { state: 'standing' })
    expect(page.rows.map((row) => [row.patch.name, row.client?.name ?? 'all', row.devices]).sort()).toEqual([
      ['lab-svc', 'Alder Dental', 1],
      ['lab-svc', 'Birch Law', 1],
      ['lab-svc', 'all', 2],
    ])
    expect(page.counts).toEqual({ standing: 3, lifted: 0 })
    expect(JSON.stringify(page)).not.toMatch(/cedar|secret-erp/i)
    const all = await listHolds(world.person('owner'), { state: 'standing' })
    expect(all.counts.standing).toBe(5)
    expect(all.rows.find((row) => row.patch.name === 'lab-svc' && !row.client)?.devices).toBe(3)
    expect(page.rows.map((row) => row.canLift.can)).toEqual(page.rows.map((row) => row.client !== null))
  })

  test('refusals: for all clients by who sees two, of the third client, read-only; a patch of the third is not found', async () => {
    const ctx = world.person('technician', [world.alder, world.birch])
    const before = await holdRows()
    const refused = async (holdId: string, code: string, by = ctx) =>
      expect(liftHold(by, { holdId, reason })).rejects.toMatchObject({ code })
    await refused(await of(null), 'forbidden')
    await refused(await of(world.cedar.clientId), 'not-found')
    await refused(before.find((row) => row.patch_id === ofCedarOnly)?.id, 'not-found')
    await refused(await of(world.alder.clientId), 'forbidden', world.person('read-only'))
    await refused(
      await of(world.alder.clientId),
      'not-found',
      world.person('owner', 'all', new Date(), world.foreign.mspId),
    )
    await refused(randomUUID(), 'not-found')
    expect(await holdRows()).toEqual(before)
  })

  test('lifted once, with its reason in the audit log and on the list', async () => {
    const ctx = world.person('technician', [world.alder, world.birch])
    const holdId = await of(world.alder.clientId)
    await liftHold(ctx, { holdId, reason: 'the vendor fixed it' })
    await expect(liftHold(ctx, { holdId, reason })).rejects.toMatchObject({ code: 'not-found' })
    const [last] = (await world.audit()).slice(-1)
    expect(last).toMatchObject({ action: 'hold:lift', client_id: world.alder.clientId, reason: 'the vendor fixed it' })
    const lifted = await listHolds(ctx, { state: 'lifted' })
    expect(lifted.rows).toHaveLength(1)
    expect(lifted.rows[0]?.lifted).toMatchObject({ by: 'Ada', reason: 'the vendor fixed it' })
  })
})
