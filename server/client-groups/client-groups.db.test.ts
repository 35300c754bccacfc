import { afterAll, beforeAll, expect, test } from 'vitest'
import { decidePatch } from '../approvals/decide-patch.ts'
import { changeClient } from '../clients/change-client.ts'
import { getClientPage } from '../clients/get-client-page.ts'
import type { Context } from '../context.ts'
import { setHold } from '../holds/set-hold.ts'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import { addSite } from '../sites/add-site.ts'
import { removeSite } from '../sites/remove-site.ts'
import { renameSite } from '../sites/rename-site.ts'
import { changeGroup } from './change-group.ts'
import { createGroup } from './create-group.ts'
import { deleteGroup } from './delete-group.ts'
import { listGroups } from './queries.ts'

let world: PatchWorld
let owner: Context
let patchId: string
let alder: string
let birch: string
let cedar: string
beforeAll(async () => {
  world = await startPatchWorld()
  owner = world.person('owner')
  ;[alder, birch, cedar] = [world.alder.clientId, world.birch.clientId, world.cedar.clientId]
  await world.lacks(await world.enrol(world.alder, 'alder-1'), 'lab-svc=2.0')
  patchId = await world.patchId('lab-svc', '2.0')
})
afterAll(() => world.stop())

test('a group is made, changed and deleted; the log says what was added and removed', async () => {
  const { groupId } = await createGroup(owner, { name: 'Dental', clientIds: [alder, birch] })
  await expect(createGroup(owner, { name: 'Dental', clientIds: [] })).rejects.toMatchObject({ code: 'conflict' })
  await changeGroup(owner, { groupId, name: 'Practices', clientIds: [birch, cedar] })
  expect((await listGroups(owner)).groups).toEqual([
    { id: groupId, name: 'Practices', clientIds: [birch, cedar].sort() },
  ])
  expect((await world.audit()).at(-1)).toMatchObject({
    action: 'client-group:change',
    changes: { name: ['Dental', 'Practices'], added: [cedar], removed: [alder] },
  })
  expect((await getClientPage(owner, { clientId: cedar })).groups).toEqual([{ id: groupId, name: 'Practices' }])
  await deleteGroup(owner, { groupId })
  expect((await listGroups(owner)).groups).toEqual([])
})

test('a technician sees of a group what they see of its clients, and not that there are others', async () => {
  const { groupId } = await createGroup(owner, { name: 'Mixed', clientIds: [alder, birch] })
  const { groupId: hiddenId } = await createGroup(owner, { name: 'Elsewhere', clientIds: [birch] })
  const tom = world.person('technician', [world.alder])
  expect((await listGroups(tom)).groups).toEqual([{ id: groupId, name: 'Mixed', clientIds: [alder] }])
  const hold = (clients: string[], id: string) => setHold(tom, { patchId, clients, groupId: id, reason: 'for now' })
  await expect(hold([alder], hiddenId)).rejects.toMatchObject({ code: 'not-found' })
  await expect(createGroup(tom, { name: 'Mine', clientIds: [alder] })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(
    createGroup(world.person('admin', [world.alder]), { name: 'Mine', clientIds: [alder] }),
  ).rejects.toMatchObject({ code: 'forbidden' })
})

test('a decision for a group stands for each client by itself, and the log names the group', async () => {
  const { groupId } = await createGroup(owner, { name: 'Legal', clientIds: [alder, birch] })
  await decidePatch(owner, { patchId, kind: 'reject', clients: [alder, birch], groupId, reason: 'breaks the scanner' })
  await setHold(owner, { patchId, clients: [birch], groupId, reason: 'for now' })
  const log = (await world.audit()).slice(-3)
  expect(log.map((record) => [record.action, record.client_id, record.changes.group])).toEqual([
    ['patch:reject', alder, 'Legal'],
    ['patch:reject', birch, 'Legal'],
    ['hold:set', birch, 'Legal'],
  ])
  // Who joins later has decided nothing.
  await changeGroup(owner, { groupId, name: 'Legal', clientIds: [alder, birch, cedar] })
  const standing = await world.door.factories.inMsp(
    world.mspId,
    (tx) => tx`select client_id from decisions where withdrawn_at is null order by client_id`,
  )
  expect(standing.map((row) => row.client_id)).toEqual([alder, birch].sort())
})

test('a group that has changed since it was shown is a conflict', async () => {
  const { groupId } = await createGroup(owner, { name: 'Shrinking', clientIds: [alder, birch] })
  await changeGroup(owner, { groupId, name: 'Shrinking', clientIds: [alder] })
  const decide = (clients: 'all' | string[]) =>
    decidePatch(owner, { patchId, kind: 'reject', clients, groupId, reason: 'a test' })
  for (const clients of [[alder, birch], 'all' as const])
    await expect(decide(clients)).rejects.toMatchObject({ code: 'conflict' })
})

test('another MSP’s group and clients are not found', async () => {
  const foreign = world.person('owner', 'all', new Date(), world.foreign.mspId)
  const { groupId } = await createGroup(foreign, { name: 'Theirs', clientIds: [world.foreign.clientId] })
  await expect(deleteGroup(owner, { groupId })).rejects.toMatchObject({ code: 'not-found' })
  await expect(changeGroup(owner, { groupId, name: 'Mine', clientIds: [] })).rejects.toMatchObject({
    code: 'not-found',
  })
  await expect(createGroup(owner, { name: 'Stolen', clientIds: [world.foreign.clientId] })).rejects.toMatchObject({
    code: 'not-found',
  })
})

test('sites are added, renamed, and removed while they are empty', async () => {
  const { siteId } = await addSite(owner, { clientId: alder, name: 'Branch' })
  await expect(addSite(owner, { clientId: alder, name: 'Branch' })).rejects.toMatchObject({ code: 'conflict' })
  await renameSite(owner, { siteId, name: 'North branch' })
  await expect(renameSite(owner, { siteId, name: 'Office' })).rejects.toMatchObject({ code: 'conflict' })
  await expect(removeSite(owner, { siteId: world.alder.siteId })).rejects.toMatchObject({
    message: expect.stringContaining('only an empty one'),
  })
  await removeSite(owner, { siteId })
  await expect(removeSite(owner, { siteId: world.birch.siteId })).rejects.toMatchObject({
    message: 'A client has at least one site.',
  })
  expect((await getClientPage(owner, { clientId: alder })).sites).toMatchObject([
    { name: 'Office', devices: 1, isEmpty: false },
  ])
})

test('a client gets another name and zone; its address and its rivals’ names stay', async () => {
  await changeClient(owner, { clientId: cedar, name: 'Cedar Care Group', timeZone: 'Europe/Paris' })
  expect((await getClientPage(owner, { clientId: cedar })).client).toMatchObject({
    name: 'Cedar Care Group',
    timeZone: 'Europe/Paris',
  })
  await expect(
    changeClient(owner, { clientId: cedar, name: 'ALDER dental', timeZone: 'Europe/Paris' }),
  ).rejects.toMatchObject({ code: 'conflict' })
  await expect(
    changeClient(world.person('technician'), { clientId: cedar, name: 'Mine', timeZone: 'Europe/Paris' }),
  ).rejects.toMatchObject({ code: 'forbidden' })
})
