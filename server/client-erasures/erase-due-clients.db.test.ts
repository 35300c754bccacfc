import { createHash, randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientErasures } from '../../db/schema/tenancy.ts'
import { inTenant, type MspId } from '../../db/tenant.ts'
import { jobContext } from '../auth/job-context.ts'
import { archiveClient } from '../clients/archive-client.ts'
import { clientTables } from '../clients/client-tables.ts'
import { getClientPage } from '../clients/get-client-page.ts'
import { listArchived } from '../clients/list-archived.ts'
import { restoreClient } from '../clients/restore-client.ts'
import { erasureWaitMs } from '../clients/rules.ts'
import type { Context } from '../context.ts'
import type { TestDevice } from '../device-api/test-device.ts'
import { moveDevice } from '../devices/move-device.ts'
import { addMember } from '../members/add-member.ts'
import { lastWeek } from '../members/testing.ts'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import { confirmShown } from '../proposals/testing.ts'
import { cancelErasure } from './cancel-erasure.ts'
import { eraseDueClients } from './erase-due-clients.ts'
import { requestErasure } from './request-erasure.ts'
import { outliving } from './rules.ts'

let world: PatchWorld
let owner: Context
beforeAll(async () => {
  world = await startPatchWorld()
  owner = world.person('owner')
  for (const client of [world.alder, world.birch])
    await world.lacks(await world.enrol(client, `${client.clientId.slice(-6)}-1`), 'lab-svc=2.0')
})
afterAll(() => world.stop())

const run = (batches?: number) => eraseDueClients((mspId) => jobContext(mspId, 'erasure'), batches)
const rows = (text: string, ...values: string[]) =>
  world.door.factories.inMsp(world.mspId, (tx) => tx.unsafe(text, values))
const archive = (clientId: string) => archiveClient(owner, { clientId, reason: '', abortRollouts: 0 })
/** As if it had been asked for eight days ago. */
const ago = (days: number): Context => {
  const now = new Date(Date.now() - days * 86_400_000)
  return { ...owner, now, actor: owner.actor.kind === 'person' ? { ...owner.actor, provedAt: now } : owner.actor }
}
const ask = (clientId: string, name: string, ctx = owner) =>
  requestErasure(ctx, { clientId, name, reason: 'The contract ended' })
/** Rows of a client in every table that knows clients, but for what is kept. */
async function countAll(clientId: string): Promise<number> {
  const owned = world.door.database.owner
  let sum = 0
  for (const table of clientTables) {
    if (outliving.includes(table.name)) continue
    await owned.unsafe(`alter table ${table.name} no force row level security`)
    const [row] = await owned.unsafe(
      `select count(*)::int as n from ${table.name} where ${table.clientColumn} = '${clientId}'`,
    )
    await owned.unsafe(`alter table ${table.name} force row level security`)
    sum += row?.n
  }
  return sum
}

/** A rollout that ended, with an order and a report of it: something in each table that a client can have rows in. */
async function rollOut(device: TestDevice): Promise<void> {
  const { deviceId } = device
  const patchId = await world.patchId('lab-svc', '2.0')
  const rolloutId = await world.door.factories.makeRollout(world.alder, [
    { deviceIds: [deviceId], patchIds: [patchId] },
  ])
  const orderId = await world.door.factories.makeOrder(world.alder, {
    deviceId,
    rolloutId,
    position: 0,
    patchIds: [patchId],
    state: 'finished',
  })
  await rows(
    `insert into plan_items (msp_id, client_id, rollout_id, device_id, patch_id, position, package_name, set_key, to_version, architecture,
      undo_class, state, is_claimed, state_at) values ($1, $2, $3, $4, $5, 0, 'lab-svc', 'k', '2.0', 'all', 'none', 'proved', false, now())`,
    world.mspId,
    world.alder.clientId,
    rolloutId,
    deviceId,
    patchId,
  )
  await device.report({ orderId, state: 'proved', sets: [] })
  await rows(`update rollouts set state = 'aborted' where id = $1`, rolloutId)
}

describe('an erasure is asked for', () => {
  test('only of an archived client, with its name typed, by who sees all clients and has just proved who they are', async () => {
    const { clientId } = world.cedar
    await expect(ask(clientId, 'Cedar Care')).rejects.toMatchObject({
      message: expect.stringContaining('archive it first'),
    })
    await archive(clientId)
    await expect(ask(clientId, 'cedar care')).rejects.toMatchObject({ code: 'invalid' })
    await expect(ask(clientId, 'Cedar Care', world.person('technician'))).rejects.toMatchObject({ code: 'forbidden' })
    await expect(ask(clientId, 'Cedar Care', world.person('admin', [world.cedar]))).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(
      ask(clientId, 'Cedar Care', { ...owner, now: new Date(Date.now() + 3_600_000) }),
    ).rejects.toMatchObject({ code: 'step-up' })
    expect(await ask(clientId, 'Cedar Care')).toEqual({ kind: 'waiting' })
    await expect(ask(clientId, 'Cedar Care')).rejects.toMatchObject({ message: 'Its erasure is waiting already.' })
    await expect(restoreClient(owner, { clientId })).rejects.toMatchObject({ code: 'not-allowed-now' })
    expect(await run()).toBe(0)
    await cancelErasure(owner, { clientId })
    await restoreClient(owner, { clientId })
  })

  test('is cancelled by those who could ask for it: the page shows an admin of one client why they cannot', async () => {
    const { clientId } = world.cedar
    await archive(clientId)
    await ask(clientId, 'Cedar Care')
    const some = world.person('admin', [world.cedar])
    const reason = 'Only people who see all clients cancel an erasure.'
    expect((await getClientPage(some, { clientId })).may.cancelErasure).toEqual({ can: false, reason })
    await expect(cancelErasure(some, { clientId })).rejects.toMatchObject({ code: 'forbidden', message: reason })
    expect((await getClientPage(owner, { clientId })).may.cancelErasure).toEqual({ can: true })
    await cancelErasure(owner, { clientId })
    await restoreClient(owner, { clientId })
  })

  test('waits as long as the rule says: the database takes no shorter time', async () => {
    // The MSP of this test's own database.
    const insert = (waitMs: number) =>
      inTenant({ mspId: world.mspId as MspId, clients: 'all' }, (tx) =>
        tx.insert(clientErasures).values({
          ...{ mspId: world.mspId, clientId: randomUUID(), clientName: 'x', reason: 'x', requestedBy: 'x' },
          requestedAt: owner.now,
          dueAt: new Date(owner.now.getTime() + waitMs),
        }),
      )
    await expect(insert(erasureWaitMs - 1)).rejects.toMatchObject({ cause: { code: '42501' } })
    await insert(erasureWaitMs)
  })

  test('waits for a second person where there is one', async () => {
    const { clientId } = world.cedar
    await archive(clientId)
    const second = world.person('admin')
    for (const ctx of [owner, second])
      if (ctx.actor.kind === 'person')
        await addMember(lastWeek(world.mspId), {
          userId: ctx.actor.userId,
          name: 'A',
          email: `${ctx.actor.userId}@example.org`,
          role: ctx.actor.role,
          clients: 'all',
        })
    const asked = await ask(clientId, 'Cedar Care')
    if (asked.kind !== 'proposed') throw new Error('nobody was asked')
    expect(await rows('select 1 from client_erasures where client_id = $1 and cancelled_at is null', clientId)).toEqual(
      [],
    )
    await confirmShown(second, { proposalId: asked.proposalId, devices: 0 })
    expect((await listArchived(owner)).archived).toMatchObject([
      { name: 'Cedar Care', erasure: { requestedBy: 'Ada, confirmed by Ada' } },
    ])
    await cancelErasure(owner, { clientId })
    await rows('delete from member_clients')
    await world.door.database.owner.unsafe(
      'alter table members no force row level security; delete from members; alter table members force row level security',
    )
  })
})

describe('when it is due', () => {
  test('everything goes in batches, with a proof and a line in the log; others keep what they have', async () => {
    const { clientId } = world.alder
    const stays = await world.enrol(world.alder, 'moves-away')
    await world.lacks(stays, 'lab-svc=2.0')
    await moveDevice(owner, {
      deviceId: stays.deviceId,
      clientId: world.birch.clientId,
      siteId: world.birch.siteId,
      keepTags: false,
      reason: '',
    })
    const came = await world.enrol(world.birch, 'moved-here')
    await moveDevice(owner, {
      deviceId: came.deviceId,
      clientId,
      siteId: world.alder.siteId,
      keepTags: false,
      reason: '',
    })
    await rollOut(came)
    await archive(clientId)
    await ask(clientId, 'Alder Dental', ago(8))
    const events = await rows('select id from device_events where client_id = $1 order by device_id, id', clientId)
    const others = await countAll(world.birch.clientId)
    const kept = await countAll(clientId)
    expect(kept).toBeGreaterThan(15)
    // Its devices are retired first, and each one's last standing is written down.
    const all =
      kept + (await rows('select id from devices where client_id = $1 and retired_at is null', clientId)).length
    // One batch a round, as if each ended with the process.
    for (let rounds = 0; (await run(1)) > 0; rounds++) expect(rounds).toBeLessThan(60)
    expect(await countAll(clientId)).toBe(0)
    expect(await countAll(world.birch.clientId)).toBe(others)
    expect((await stays.checkIn()).status).toBe(200)
    const [proof] = (await listArchived(owner)).erased
    expect(proof).toMatchObject({ clientName: 'Alder Dental', rows: all, reason: 'The contract ended' })
    const taken = proof?.proof?.tables.map((table) => table.table) ?? []
    for (const table of [
      'clients',
      'devices',
      'device_reports',
      'plan_items',
      'ring_patches',
      'ring_windows',
      'rollout_rings',
      'rollouts',
      'work_orders',
    ])
      expect(taken).toContain(table)
    const keys = events.map((event) => `["${world.mspId}", ${event.id}]`.replace('", ', '", '))
    expect(proof?.proof?.tables.find((table) => table.table === 'device_events')).toEqual({
      table: 'device_events',
      rows: events.length,
      sha256: createHash('sha256')
        .update(`\n${keys.join('\n')}`)
        .digest('hex'),
    })
    const log = await rows(`select client_id, changes from audit_records where action = 'client:complete-erasure'`)
    expect(log).toMatchObject([{ client_id: clientId, changes: { rows: all } }])
    await expect(cancelErasure(owner, { clientId })).rejects.toMatchObject({ message: 'It is erased already.' })
  })

  test('it begins in one step: where a process dies within it nothing has happened, and it may still be cancelled', async () => {
    const { clientId } = world.birch
    await archive(clientId)
    await ask(clientId, 'Birch Law', ago(8))
    const before = await rows('select id from devices where client_id = $1 and retired_at is null', clientId)
    expect(before.length).toBeGreaterThan(0)
    const { owner: owned } = world.door.database
    await owned.unsafe(
      `set role erasure_definer; revoke execute on function erasure.erase_names(uuid, uuid) from app_across; reset role`,
    )
    await expect(run()).rejects.toMatchObject({ cause: { code: '42501' } })
    await owned.unsafe(
      `set role erasure_definer; grant execute on function erasure.erase_names(uuid, uuid) to app_across; reset role`,
    )
    expect(await rows('select id from devices where client_id = $1 and retired_at is null', clientId)).toEqual(before)
    await cancelErasure(owner, { clientId })
    await restoreClient(owner, { clientId })
  })

  test('not once it was cancelled', async () => {
    const { clientId } = world.birch
    const before = await countAll(clientId)
    await archive(clientId)
    await ask(clientId, 'Birch Law', ago(8))
    await cancelErasure(owner, { clientId })
    expect(await run()).toBe(0)
    expect(await countAll(clientId)).toBe(before)
  })
})

test('nobody gets at the rows without a due erasure: not the console, not the sweep’s own role', async () => {
  const { clientId } = world.birch
  const call = `select * from erasure.erase_rows('${world.mspId}', '${clientId}', 'devices', 10, '')`
  const across = await world.door.factories.across.unsafe(call)
  expect(across).toEqual([{ erased: 0, digest: '' }])
  const web = postgres(world.door.database.urls.app_web, { max: 1, onnotice: () => {} })
  await expect(web.unsafe(call)).rejects.toThrow('permission denied')
  await web.begin(async (tx) => {
    await tx`select set_config('app.msp_id', ${world.mspId}, true), set_config('app.all_clients', 't', true)`
    await expect(
      tx.savepoint(
        (
          inner,
        ) => inner`insert into client_erasures (msp_id, client_id, client_name, reason, requested_by, requested_at, due_at)
        values (${world.mspId}, ${clientId}, 'x', 'x', 'x', now(), now())`,
      ),
    ).rejects.toThrow('row-level security')
  })
  await web.end()
  for (const table of ['device_reports', 'device_events'])
    await expect(world.door.factories.across.unsafe(`delete from ${table}`)).rejects.toThrow('permission denied')
})
