import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { exampleHashes, exampleMissing, examplePackages } from './test-device.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

let door: TestDoor
let client: ClientRef
beforeAll(async () => {
  door = await startTestDoor()
  client = await door.factories.makeClient(await door.factories.makeMsp())
})
afterAll(() => door.stop())

/** Versions of all rows that an inventory may touch. */
const versions = () =>
  door.factories.inMsp(client.mspId, async (tx) => ({
    devices: await tx`select id, xmin::text from devices order by id`,
    patches: await tx`select id, xmin::text from patches order by id`,
    missing: await tx`select device_id, patch_id, xmin::text from device_patches order by 1, 2`,
    packages: await tx`select id, xmin::text from package_versions order by id`,
  }))

test('the same inventory again changes no row', async () => {
  const device = await door.addDevice(client)
  const whole = { facts: device.facts, packages: examplePackages(300), missing: exampleMissing('one=2', 'two=2') }
  expect((await device.inventory(whole)).status).toBe(200)
  const before = await versions()
  expect(before.packages).toHaveLength(300)
  expect((await device.inventory(whole)).status).toBe(200)
  expect(await versions()).toEqual(before)
})

test('what is missing is added, resolved, and found again', async () => {
  const device = await door.addDevice(client)
  const look = () =>
    door.factories.inMsp(client.mspId, async (tx) => {
      const rows =
        await tx`select p.name, t.resolved_at is null as is_missing from device_patches t join patches p on p.id = t.patch_id
        where t.device_id = ${device.deviceId} order by 1`
      const [row] = await tx`select missing_count from devices where id = ${device.deviceId}`
      return { rows: rows.map(({ name, is_missing }) => `${name} ${is_missing}`), count: row?.missing_count }
    })
  await device.inventory({ missing: exampleMissing('curl=8', 'vim=9') })
  expect(await look()).toEqual({ rows: ['curl true', 'vim true'], count: 2 })
  await device.inventory({ missing: exampleMissing('vim=9') })
  expect(await look()).toEqual({ rows: ['curl false', 'vim true'], count: 1 })
  await device.inventory({ missing: exampleMissing() })
  expect(await look()).toEqual({ rows: ['curl false', 'vim false'], count: 0 })
  await device.inventory({ missing: exampleMissing('curl=8') })
  expect(await look()).toEqual({ rows: ['curl true', 'vim false'], count: 1 })
})

test('sets of several updates keep key, undo class and the predecessor of each member', async () => {
  const device = await door.addDevice(client)
  const missing = exampleMissing('lib=2', 'app=2', 'alone=2')
  const [first, second, third] = missing.sets
  if (!first || !second || !third) throw new Error('the example has three sets')
  missing.sets = [
    { ...first, members: [0, 1], undoClass: 'kept', predecessors: [...first.predecessors, ...second.predecessors] },
    third,
  ]
  await device.inventory({ missing })
  const rows = await door.factories.inMsp(
    client.mspId,
    (
      tx,
    ) => tx`select p.name, t.set_key, t.undo_class, t.predecessor_sha256 from device_patches t join patches p on p.id = t.patch_id
      where t.device_id = ${device.deviceId} order by 1`,
  )
  expect(
    rows.map(({ name, set_key, undo_class, predecessor_sha256 }) => [name, set_key, undo_class, predecessor_sha256]),
  ).toEqual([
    ['alone', third.key, 'fetchable', third.predecessors[0]?.sha256],
    ['app', first.key, 'kept', second.predecessors[0]?.sha256],
    ['lib', first.key, 'kept', first.predecessors[0]?.sha256],
  ])
})

test('only the section that came counts as seen', async () => {
  const device = await door.addDevice(client)
  const hashes = exampleHashes('b')
  await device.inventory({ hashes, packages: examplePackages(2) })
  expect((await device.checkIn({ hashes })).body.want).toEqual(['facts', 'missing'])
})

test('devices of two MSPs in one batch stay apart, and share nothing', async () => {
  const stranger = await door.factories.makeClient(await door.factories.makeMsp())
  const [mine, theirs] = [await door.addDevice(client), await door.addDevice(stranger)]
  const missing = exampleMissing('shared=2')
  const replies = await Promise.all([mine.inventory({ missing }), theirs.inventory({ missing })])
  expect(replies.map(({ status }) => status)).toEqual([200, 200])
  const [a, b] = [
    await door.factories.findPatch(client.mspId, 'shared', '2'),
    await door.factories.findPatch(stranger.mspId, 'shared', '2'),
  ]
  expect(a).not.toBe(b)
})

test('the largest list that fits is taken in seconds', async () => {
  const device = await door.addDevice(client)
  const refs = Array.from({ length: 5_000 }, (_, place) => `p${place}=2`)
  const began = performance.now()
  expect((await device.inventory({ missing: exampleMissing(...refs) })).status).toBe(200)
  expect(performance.now() - began).toBeLessThan(10_000)
})
