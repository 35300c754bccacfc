import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import { decidePatch } from './decide-patch.ts'
import { withdrawDecision } from './withdraw-decision.ts'

let world: PatchWorld
let patchId: string
let ofCedarOnly: string
let foreignPatch: string
let deviceId: string

beforeAll(async () => {
  world = await startPatchWorld()
  const device = await world.enrol(world.alder, 'alder-1')
  deviceId = device.deviceId
  await world.lacks(device, 'lab-svc=2.0')
  await world.lacks(await world.enrol(world.cedar, 'cedar-1'), 'lab-svc=2.0', 'secret-erp=1.0')
  await world.lacks(await world.enrol(world.foreign, 'foreign-1'), 'other=9')
  patchId = await world.patchId('lab-svc', '2.0')
  ofCedarOnly = await world.patchId('secret-erp', '1.0')
  foreignPatch = await world.patchId('other', '9', world.foreign.mspId)
})
afterAll(() => world.stop())

const rows = () =>
  world.door.factories.inMsp(
    world.mspId,
    (tx) =>
      tx`select id, client_id, device_id, kind, reason, decided_by, withdrawn_at from decisions order by decided_at, id`,
  )
const approve = { kind: 'approve' as const, reason: '' }

describe('decide a patch', () => {
  test('for two clients at once: a row and an audit record each', async () => {
    const ctx = world.person('technician', [world.alder, world.birch])
    const answer = await decidePatch(ctx, {
      patchId,
      clients: [world.alder.clientId, world.birch.clientId],
      ...approve,
    })
    expect(answer).toEqual({ kind: 'decided', decided: 2 })
    expect((await rows()).map((row) => row.client_id).sort()).toEqual(
      [world.alder.clientId, world.birch.clientId].sort(),
    )
    const audit = (await world.audit()).filter((record) => record.action === 'patch:approve')
    expect(audit.map((record) => record.client_id).sort()).toEqual([world.alder.clientId, world.birch.clientId].sort())
    expect(audit[0]).toMatchObject({ subject_kind: 'patch', subject_name: 'lab-svc 2.0' })
  })

  test('a newer decision of the same scope takes the place of the older one, which stays as history', async () => {
    const ctx = world.person('owner')
    await decidePatch(ctx, { patchId, clients: [world.alder.clientId], kind: 'reject', reason: 'breaks the scanner' })
    const ofAlder = (await rows()).filter((row) => row.client_id === world.alder.clientId && !row.device_id)
    expect(ofAlder.map((row) => [row.kind, row.withdrawn_at !== null])).toEqual([
      ['approve', true],
      ['reject', false],
    ])
    const ofBirch = (await rows()).filter((row) => row.client_id === world.birch.clientId)
    expect(ofBirch.map((row) => row.withdrawn_at)).toEqual([null])
  })

  test('a decision for one device leaves that of its client', async () => {
    const ctx = world.person('owner')
    const clients = [world.alder.clientId]
    await decidePatch(ctx, { patchId, clients, deviceId, ...approve })
    const standing = (await rows()).filter((row) => row.client_id === world.alder.clientId && !row.withdrawn_at)
    expect(standing.map((row) => [row.kind, row.device_id])).toEqual([
      ['reject', null],
      ['approve', deviceId],
    ])
    const [last] = (await world.audit()).slice(-1)
    expect(last?.changes).toMatchObject({ decision: 'approve', scope: 'alder-1' })
  })

  test('a technician who sees two of three clients cannot decide for all', async () => {
    const ctx = world.person('technician', [world.alder, world.birch])
    const before = await rows()
    await expect(decidePatch(ctx, { patchId, clients: 'all', ...approve })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await rows()).toEqual(before)
  })

  test('the third client, a foreign client, a foreign patch and an unknown one are not found, also when mixed with own ones', async () => {
    const ctx = world.person('technician', [world.alder, world.birch])
    const { clientId } = world.alder
    const before = [await rows(), await world.audit()]
    for (const input of [
      { patchId, clients: [world.cedar.clientId] },
      { patchId, clients: [clientId, world.cedar.clientId] },
      { patchId, clients: [clientId, world.foreign.clientId] },
      { patchId: ofCedarOnly, clients: [clientId] },
      { patchId: foreignPatch, clients: [clientId] },
      { patchId: randomUUID(), clients: [clientId] },
      { patchId, clients: [world.birch.clientId], deviceId },
      { patchId, clients: [clientId], deviceId: randomUUID() },
    ])
      await expect(decidePatch(ctx, { ...input, ...approve }), JSON.stringify(input)).rejects.toMatchObject({
        code: 'not-found',
      })
    expect([await rows(), await world.audit()]).toEqual(before)
  })

  test('read-only may not, and nothing is written', async () => {
    const before = await world.audit()
    for (const kind of ['approve', 'reject'] as const)
      await expect(
        decidePatch(world.person('read-only'), { patchId, clients: 'all', kind, reason: 'because' }),
      ).rejects.toMatchObject({ code: 'forbidden' })
    expect(await world.audit()).toEqual(before)
    expect((await world.denied()).slice(-2).map((record) => record.action)).toEqual(['patch:approve', 'patch:reject'])
  })

  test('all clients asked by somebody who sees some is written down as denied, with why', async () => {
    const ctx = world.person('technician', [world.alder])
    const input = { patchId, clients: 'all', kind: 'reject', reason: 'not today' } as const
    await expect(decidePatch(ctx, input)).rejects.toMatchObject({ code: 'forbidden' })
    expect((await world.denied()).at(-1)).toMatchObject({
      action: 'patch:reject',
      reason: expect.stringContaining('who see all clients'),
    })
  })

  test('a day that has come is no deferral', async () => {
    const ctx = world.person('owner')
    const input = { patchId, clients: 'all' as const, kind: 'defer' as const, reason: 'year end' }
    await expect(decidePatch(ctx, { ...input, deferUntil: ctx.now })).rejects.toMatchObject({ code: 'invalid' })
    await decidePatch(ctx, { ...input, deferUntil: new Date(ctx.now.getTime() + 86_400_000) })
    expect((await rows()).filter((row) => row.kind === 'defer')).toHaveLength(1)
  })
})

describe('withdraw a decision', () => {
  const standing = async (clientId: string | null) =>
    (await rows()).find((row) => row.client_id === clientId && !row.device_id && !row.withdrawn_at)?.id
  const reason = 'decided anew'

  test('for all clients: not by who sees two of them, and the sentence says who may', async () => {
    const decisionId = await standing(null)
    const ctx = world.person('technician', [world.alder, world.birch])
    await expect(withdrawDecision(ctx, { decisionId, reason })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await standing(null)).toBe(decisionId)
    await withdrawDecision(world.person('technician'), { decisionId, reason })
    expect(await standing(null)).toBeUndefined()
  })

  test('about a patch that only the third client has is not found, not forbidden', async () => {
    await decidePatch(world.person('owner'), { patchId: ofCedarOnly, clients: 'all', ...approve })
    const [row] = (await rows()).filter((one) => one.client_id === null && !one.withdrawn_at)
    const ctx = world.person('technician', [world.alder, world.birch])
    await expect(withdrawDecision(ctx, { decisionId: row?.id, reason })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('once, with its audit record; read-only and strangers may not', async () => {
    const decisionId = await standing(world.birch.clientId)
    await expect(withdrawDecision(world.person('read-only'), { decisionId, reason })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const stranger = world.person('owner', 'all', new Date(), world.foreign.mspId)
    const ofCedar = world.person('technician', [world.cedar])
    for (const ctx of [stranger, ofCedar])
      await expect(withdrawDecision(ctx, { decisionId, reason })).rejects.toMatchObject({ code: 'not-found' })
    const ctx = world.person('technician', [world.alder, world.birch])
    // Birch itself has no device with the patch, but this technician's other client has.
    await withdrawDecision(ctx, { decisionId, reason })
    const [last] = (await world.audit()).slice(-1)
    expect(last).toMatchObject({ action: 'patch:withdraw-decision', client_id: world.birch.clientId, reason })
    await expect(withdrawDecision(ctx, { decisionId, reason })).rejects.toMatchObject({ code: 'not-found' })
  })
})
