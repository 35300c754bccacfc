import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectPools } from '../../db/tenant.ts'
import { personContext, type RolloutRun, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { searchEverythingSchema } from './schema.ts'
import { searchEverything } from './search-everything.ts'

let world: RolloutWorld
/** Birch Dental with nine devices and a rollout, and Cedar Homes with two and a rollout, of one MSP. */
let birch: RolloutRun
let cedar: RolloutRun
const birchHosts = ['test-bd-1', 'bd-ws', ...[1, 2, 3, 4, 5, 6, 7].map((place) => `bd-ws-0${place}`)]
beforeAll(async () => {
  world = await startRolloutWorld()
  birch = await world.startPlan({ hosts: birchHosts, refs: ['lab-svc=2.0'], clientName: 'Birch Dental' })
  cedar = await world.startPlan({
    hosts: ['test-ch-1', 'ch-ws-01'],
    refs: ['lab-lib=1.1'],
    mspId: birch.client.mspId,
    clientName: 'Cedar Homes',
  })
})
afterAll(() => world?.stop())

/** What is found, in the names of things. */
async function find(text: string, who: Parameters<typeof personContext>[1] = {}) {
  const found = await searchEverything(personContext(birch.client.mspId, who), searchEverythingSchema.parse({ text }))
  return {
    clients: found.clients.rows.map((row) => row.name),
    devices: found.devices.rows.map((row) => row.hostName),
    patches: found.patches.rows.map((row) => `${row.name} ${row.version}`),
    rollouts: found.rollouts.rows.map((row) => `R-${row.number} ${row.title}`),
  }
}
const nothing = { clients: [], devices: [], patches: [], rollouts: [] }

test('finds each kind by a part of its name, in any case', async () => {
  expect(await find('DENT')).toEqual({ ...nothing, clients: ['Birch Dental'] })
  expect(await find('h-WS')).toEqual({ ...nothing, devices: ['ch-ws-01'] })
  expect(await find('lab-lib')).toEqual({ ...nothing, patches: ['lab-lib 1.1'], rollouts: ['R-2 lab-lib 1.1'] })
  expect(await find('svc 2')).toEqual({ ...nothing, patches: ['lab-svc 2.0'], rollouts: ['R-1 lab-svc 2.0'] })
  expect(await find('r-2')).toEqual({ ...nothing, rollouts: ['R-2 lab-lib 1.1'] })
  expect(await find('zzz')).toEqual(nothing)
})

test('says whose a device and a rollout is, and how the device stands', async () => {
  const { devices, rollouts } = await searchEverything(personContext(birch.client.mspId), { text: 'ch-ws' })
  expect(devices.rows).toMatchObject([{ clientName: 'Cedar Homes', mark: 'missing', word: 'Missing' }])
  expect(rollouts.rows).toEqual([])
  const numbered = await searchEverything(personContext(birch.client.mspId), { text: '1' })
  expect(numbered.rollouts.rows[0]).toMatchObject({ id: birch.rolloutId, number: 1, clientName: 'Birch Dental' })
})

test('what is called exactly so comes first, then what begins so; six of a kind, and whether there are more', async () => {
  expect((await find('bd-ws')).devices).toEqual(['bd-ws', ...[1, 2, 3, 4, 5].map((place) => `bd-ws-0${place}`)])
  const ctx = personContext(birch.client.mspId)
  expect((await searchEverything(ctx, { text: 'bd-ws' })).devices.hasMore).toBe(true)
  expect((await searchEverything(ctx, { text: 'bd-ws-0' })).devices.hasMore).toBe(true)
  expect((await searchEverything(ctx, { text: 'bd-ws-01' })).devices.hasMore).toBe(false)
  expect((await find('d')).devices[0]).toBe('bd-ws')
  expect((await find('1')).rollouts).toEqual(['R-1 lab-svc 2.0', 'R-2 lab-lib 1.1'])
  expect((await find('2')).rollouts[0]).toBe('R-2 lab-lib 1.1')
})

test('patches stand in the same order, however PostgreSQL joins them', async () => {
  const hosts = ['pine-1', 'pine-2']
  const names = ['x-order', 'order-c', 'order', 'order-a', 'x-order-2', 'order-b', 'a-order', 'order-d']
  const pine = await world.makeFleet({ hosts, refs: names.map((name) => `${name}=1`), clientName: 'Pine' })
  const wanted = ['order', 'order-a', 'order-b', 'order-c', 'order-d', 'a-order', 'x-order', 'x-order-2']
  const ctx = personContext(pine.client.mspId)
  const found = async (text: string) => {
    const { rows, hasMore } = (await searchEverything(ctx, { text })).patches
    return [rows.map((row) => row.name), hasMore]
  }
  const { app_web: tenant } = world.door.database.urls
  // Once as it joins here, once as it may where there is more.
  for (const joins of ['', 'enable_nestloop=off&enable_mergejoin=off']) {
    connectPools({ tenant: `${tenant}?${joins}` })
    expect(await found('order'), joins).toEqual([wanted.slice(0, 6), true])
    expect(await found('order 1'), joins).toEqual([['order', 'a-order', 'x-order'], false])
  }
  connectPools({ tenant })
})

test('a technician of one client finds nothing of the other, nor that there is more', async () => {
  const who = { clients: [cedar.client.clientId] }
  for (const text of ['Birch', 'bd-', 'svc', 'R-1']) expect(await find(text, who), text).toEqual(nothing)
  expect(await find('lab', who)).toEqual({ ...nothing, patches: ['lab-lib 1.1'], rollouts: ['R-2 lab-lib 1.1'] })
  expect((await find('test', who)).devices).toEqual(['test-ch-1'])
  const found = await searchEverything(personContext(birch.client.mspId, who), { text: 'w' })
  expect(Object.values(found).map(({ hasMore }) => hasMore)).toEqual([false, false, false, false])
})

test('another MSP finds nothing of this one', async () => {
  const other = await world.makeFleet({ hosts: ['elm-1'] })
  const found = await searchEverything(personContext(other.client.mspId), { text: 'test' })
  expect(found.devices.rows).toEqual([])
  expect((await searchEverything(personContext(other.client.mspId), { text: 'elm' })).devices.rows).toHaveLength(1)
})

test('what is typed is text and no pattern', async () => {
  for (const text of ['%', '_', 'bd_ws', '\\', "'", 'ü', '”']) expect(await find(text), text).toEqual(nothing)
})

test('retired devices and archived clients are not there any more', async () => {
  const gone = await world.makeFleet({ hosts: ['fir-1', 'fir-2'], clientName: 'Fir' })
  const { mspId, clientId } = gone.client
  await world.door.database.owner.begin(async (tx) => {
    await tx`set local role door_definer`
    await tx`update devices set retired_at = now() where host_name = 'fir-2'`
  })
  const look = () => searchEverything(personContext(mspId), { text: 'fir' })
  expect((await look()).devices.rows.map((row) => row.hostName)).toEqual(['fir-1'])
  expect((await look()).clients.rows).toHaveLength(1)
  await world.door.factories.inMsp(mspId, (tx) => tx`update clients set archived_at = now() where id = ${clientId}`)
  expect((await look()).clients.rows).toEqual([])
})

test('kinds that somebody may not read stay empty', async () => {
  const ctx = personContext(birch.client.mspId)
  const permissions = new Set([...ctx.permissions].filter((action) => action !== 'device:read'))
  const found = await searchEverything({ ...ctx, permissions }, { text: 'bd' })
  expect(found.devices).toEqual({ rows: [], hasMore: false })
  await expect(searchEverything({ ...ctx, permissions: new Set() }, { text: 'bd' })).rejects.toMatchObject({
    code: 'forbidden',
  })
})
