import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { exampleMissing } from '../device-api/test-device.ts'
import { personContext, plainPolicy, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { listDevices } from './list-devices.ts'
import { listDevicesSchema, parseDevicesQuery } from './schema.ts'

let world: RolloutWorld
let client: ClientRef
let neighbour: ClientRef
beforeAll(async () => {
  world = await startRolloutWorld()
  const mspId = await world.door.factories.makeMsp()
  await world.door.factories.makePolicy(mspId, plainPolicy)
  client = await world.door.factories.makeClient(mspId, { name: 'Birch' })
  neighbour = await world.door.factories.makeClient(mspId, { name: 'Cedar' })
  // Filled by the columns that the door and the fleet sweep keep; 120 devices make three pages.
  await world.door.factories.makeToken(client)
  await addDevices(client, 115, 'birch')
  await addDevices(neighbour, 5, 'cedar')
})
afterAll(() => world?.stop())

/** Two enrolments at a time keep the test quick. */
async function addDevices(owner: ClientRef, count: number, prefix: string) {
  const names = Array.from({ length: count }, (_, place) => `${prefix}-${String(place).padStart(3, '0')}`)
  const token = await world.door.factories.makeToken(owner, { uses: count })
  const testToken = await world.door.factories.makeToken(owner, { tags: ['test'] })
  for (const hostName of names) await enrol(hostName === 'birch-000' ? testToken : token, hostName)
}
async function enrol(token: string, hostName: string) {
  const { TestDevice } = await import('../device-api/test-device.ts')
  const device = new TestDevice(world.door.baseUrl, { hostName })
  const reply = await device.enrol(token)
  if (reply.status !== 200) throw new Error(`enrolment answered ${reply.status}`)
  if (hostName === 'birch-001') await device.inventory({ missing: exampleMissing('lab-svc=2.0', 'lab-lib=1.1') })
  return device
}
const list = (changes: Record<string, unknown> = {}, who: Parameters<typeof personContext>[1] = {}) =>
  listDevices(personContext(client.mspId, who), listDevicesSchema.parse(changes))

test('pages forward and back by host name without losing or repeating a device', async () => {
  const names: string[] = []
  let page = await list()
  expect(page.beforeId).toBeNull()
  const first = page.rows.map((row) => row.hostName)
  for (;;) {
    names.push(...page.rows.map((row) => row.hostName))
    if (!page.afterId) break
    page = await list({ after: page.afterId })
  }
  expect(names).toHaveLength(120)
  expect(new Set(names).size).toBe(120)
  expect(names).toEqual([...names].sort())
  let back = await list({ before: page.beforeId ?? '' })
  expect(back.afterId).not.toBeNull()
  back = await list({ before: back.beforeId ?? '' })
  expect(back.rows.map((row) => row.hostName)).toEqual(first)
  expect(back.beforeId).toBeNull()
})

test('filters, searches and counts, each count within client and search', async () => {
  const all = await list()
  expect(all.counts).toMatchObject({ all: { count: 120, isMore: false }, missing: { count: 1 }, failed: { count: 0 } })
  const missing = await list({ filter: 'missing' })
  expect(missing.rows).toMatchObject([{ hostName: 'birch-001', missingCount: 2, mark: 'missing', word: 'Missing' }])
  const cedar = await list({ client: neighbour.clientId })
  expect(cedar.counts).toMatchObject({ all: { count: 5 }, missing: { count: 0 } })
  expect((await list({ search: 'CEDAR-00' })).rows).toHaveLength(5)
  expect((await list({ search: 'r_h' })).rows).toHaveLength(0)
  expect((await list({ search: '%' })).rows).toHaveLength(0)
})

test('names the ring by placement, client and site', async () => {
  const { rows } = await list({ search: 'birch-00' })
  expect(rows[0]).toMatchObject({ hostName: 'birch-000', ringName: 'Test', clientName: 'Birch', siteName: 'Office' })
  expect(rows[1]?.ringName).not.toBe('Test')
})

test('a technician of one client sees nothing of the other, counts and choices included', async () => {
  const seen = await list({}, { clients: [neighbour.clientId] })
  expect(seen.rows).toHaveLength(5)
  expect(seen.counts.all).toEqual({ count: 5, isMore: false })
  await expect(list({ client: client.clientId }, { clients: [neighbour.clientId] })).rejects.toMatchObject({
    code: 'not-found',
  })
})

test('an address with nonsense in it shows the list without it', () => {
  expect(
    parseDevicesQuery({ filter: 'nonsense', client: 'x', after: "'; drop table devices", search: ' birch ' }),
  ).toEqual({
    filter: 'all',
    search: 'birch',
  })
  expect(parseDevicesQuery({ search: 'a\u0000b', filter: 'silent' })).toEqual({ filter: 'silent' })
  expect(parseDevicesQuery({ search: ['a', 'b'] })).toEqual({ filter: 'all' })
})
