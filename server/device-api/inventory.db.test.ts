import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { ingest } from '../ingest.ts'
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

interface LookRow {
  missing_count: number
  trouble: string
  scanned_at: Date
  waiting: unknown
}

describe('a look that failed', () => {
  const look = async (deviceId: string) =>
    door.factories.inMsp(client.mspId, async (tx) => {
      const rows = await tx`select p.name from device_patches t join patches p on p.id = t.patch_id
        where t.device_id = ${deviceId} and t.resolved_at is null order by 1`
      const [row] = await tx<LookRow[]>`select d.missing_count, v.trouble, v.scanned_at, v.waiting from devices d
        join device_inventories v on v.device_id = d.id where d.id = ${deviceId}`
      if (!row) throw new Error('the device has no inventory')
      return { names: rows.map(({ name }) => name), ...row }
    })
  const waiting = [{ name: 'held', reason: 'held on the device' }]

  test('resolves nothing, and its trouble is shown', async () => {
    const device = await door.addDevice(client)
    await device.inventory({ missing: { ...exampleMissing('curl=8', 'vim=9'), waiting } })
    const began = new Date()
    const trouble = 'E: Could not read the status file'
    expect((await device.inventory({ missing: { trouble } })).status).toBe(200)
    const seen = await look(device.deviceId)
    expect(seen).toMatchObject({ names: ['curl', 'vim'], missing_count: 2, trouble, waiting })
    // The good list held until now: lists are sent only when they change.
    expect(seen.scanned_at.getTime()).toBeGreaterThanOrEqual(began.getTime() - 1_000)
    await device.inventory({ missing: { trouble: `${trouble}, again` } })
    expect((await look(device.deviceId)).scanned_at).toEqual(seen.scanned_at)
    await device.inventory({ missing: exampleMissing('vim=9') })
    expect(await look(device.deviceId)).toMatchObject({ names: ['vim'], missing_count: 1, trouble: '' })
  })

  test('of an older agent, with half its lists, resolves nothing either, and still adds what it found', async () => {
    const device = await door.addDevice(client)
    await device.inventory({ missing: exampleMissing('curl=8', 'vim=9') })
    await device.inventory({ missing: { ...exampleMissing('nano=3'), trouble: 'apt was stopped' } })
    expect(await look(device.deviceId)).toMatchObject({ names: ['curl', 'nano', 'vim'], missing_count: 3 })
  })

  test('leaves nothing open that the list of packages shows at that very version, unless the trouble names it', async () => {
    const device = await door.addDevice(client)
    await device.inventory({ missing: exampleMissing('curl=8', 'vim=9', 'nano=3') })
    const packages = ['curl 8', 'vim 9', 'nano 2'].map((text) => {
      const [name = '', version = ''] = text.split(' ')
      return { manager: 'apt' as const, name, version, architecture: 'all', status: 'ii' }
    })
    await device.inventory({ packages, missing: { trouble: 'vim is half configured' } })
    expect(await look(device.deviceId)).toMatchObject({ names: ['nano', 'vim'], missing_count: 2 })
  })

  test('without a reason is malformed', async () => {
    const device = await door.addDevice(client)
    expect((await device.inventory({ missing: { trouble: '' } })).status).toBe(400)
  })
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

/** So many updates in five sets, and as many predecessors as the form allows. */
function manyMembers(prefix: string, count: number) {
  const refs = Array.from({ length: 5 }, (_, set) =>
    Array.from({ length: count / 5 }, (_, place) => `${prefix}${set}-${place}=2`).join(' + '),
  )
  return exampleMissing(...refs)
}
const catalogued = async (prefix: string) => {
  const [row] = await door.factories.inMsp(
    client.mspId,
    (tx) => tx<{ n: number }[]>`select count(*)::int as n from patches where name like ${`${prefix}%`}`,
  )
  return row?.n
}

test('predecessors cost with their number, not with members times predecessors', async () => {
  // Wider than the form allows, so that the difference stands out of the noise.
  const missing = exampleMissing(Array.from({ length: 4_000 }, (_, place) => `wide-${place}=2`).join(' + '))
  const bare = { ...missing, sets: missing.sets.map((set) => ({ ...set, predecessors: [] })) }
  const timeOf = async (section: typeof missing) => {
    const { deviceId } = await door.addDevice(client)
    const body = { hashes: exampleHashes(), scannedAt: '2026-09-01T10:00:00.000Z', missing: section }
    const began = performance.now()
    await ingest('inventory', { at: new Date(), items: [{ deviceId, counter: 1, body }] })
    return performance.now() - began
  }
  const alone = await timeOf(bare)
  expect(await timeOf(missing)).toBeLessThan(2 * alone + 500)
})

test('one device adds no more than 2,000 updates a day to the catalogue, and is marked', async () => {
  const device = await door.addDevice(client)
  const look = async () =>
    (
      await door.factories.inMsp(
        client.mspId,
        (tx) => tx`select v.trouble, d.missing_count, h.missing_hash from devices d
          join device_inventories v on v.device_id = d.id join device_heartbeats h on h.device_id = d.id where d.id = ${device.deviceId}`,
      )
    )[0]
  expect((await device.inventory({ missing: manyMembers('first', 1_500) })).status).toBe(200)
  expect(await look()).toMatchObject({ trouble: '', missing_count: 1_500 })
  // Another list does not make room: what was on the one before counts.
  expect((await device.inventory({ missing: manyMembers('second', 1_500) })).status).toBe(200)
  expect(await catalogued('second')).toBe(500)
  expect(await look()).toMatchObject({
    trouble: expect.stringContaining('more than 2000'),
    missing_count: 500,
    missing_hash: '',
  })

  // What others have shown is no news.
  const other = await door.addDevice(client)
  await other.inventory({ missing: manyMembers('second', 1_500) })
  await device.inventory({ missing: manyMembers('second', 1_500) })
  expect(await look()).toMatchObject({ trouble: '', missing_count: 1_500 })
})

test('the largest list that fits is taken in seconds', async () => {
  const device = await door.addDevice(client)
  const refs = Array.from({ length: 5_000 }, (_, place) => `p${place}=2`)
  const began = performance.now()
  expect((await device.inventory({ missing: exampleMissing(...refs) })).status).toBe(200)
  expect(performance.now() - began).toBeLessThan(10_000)
})

describe('packages that no device has shown before', () => {
  const look = async (of: ClientRef, deviceId: string) => {
    const [row] = await door.factories.inMsp(
      of.mspId,
      (tx) => tx<{ taken: number; hash: string; events: string[] }[]>`
        select cardinality(v.package_version_ids) as taken, h.packages_hash as hash,
          array(select e.summary from device_events e where e.device_id = v.device_id and e.kind = 'too-many-packages') as events
        from device_inventories v join device_heartbeats h on h.device_id = v.device_id where v.device_id = ${deviceId}`,
    )
    return row
  }

  test('are at most 10,000 a day of one device: a flood of invented names is cut, and told in its history', async () => {
    const flooded = await door.factories.makeClient(await door.factories.makeMsp())
    const device = await door.addDevice(flooded)
    expect((await device.inventory({ packages: examplePackages(6_000, '1') })).status).toBe(200)
    expect(await look(flooded, device.deviceId)).toMatchObject({ taken: 6_000, events: [] })
    for (const version of ['2', '3'])
      expect((await device.inventory({ packages: examplePackages(6_000, version) })).status).toBe(200)
    expect(await look(flooded, device.deviceId)).toMatchObject({
      taken: 0,
      hash: '',
      events: [expect.stringContaining('more than 10000 packages')],
    })
    const count = () =>
      door.factories.inMsp(flooded.mspId, (tx) => tx`select count(*)::int as known from package_versions`)
    expect(await count()).toEqual([{ known: 10_000 }])
    // What others know is no news, and the next day is another.
    expect((await device.inventory({ packages: examplePackages(6_000, '1') })).status).toBe(200)
    expect(await look(flooded, device.deviceId)).toMatchObject({ taken: 6_000 })
    const later = new Date(Date.now() + 25 * 3_600_000)
    const body = { hashes: exampleHashes(), scannedAt: later.toISOString(), packages: examplePackages(6_000, '3') }
    await ingest('inventory', { at: later, items: [{ deviceId: device.deviceId, counter: 1_000, body }] })
    expect(await look(flooded, device.deviceId)).toMatchObject({ taken: 6_000, hash: exampleHashes().packages })
  }, 30_000)

  test('get a number still when all small ones are used up, by whichever MSP', async () => {
    await door.database.owner`select setval('package_versions_id_seq', 2147483647)`
    const other = await door.factories.makeClient(await door.factories.makeMsp())
    const device = await door.addDevice(other)
    expect((await device.inventory({ packages: examplePackages(3), missing: exampleMissing('curl=8') })).status).toBe(
      200,
    )
    expect(await look(other, device.deviceId)).toMatchObject({ taken: 3 })
  })
})
