import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KeyRoot, keyIdOf, rootFingerprint } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import { followChain, sealRoot } from '../../agent/wire/root.ts'
import type { ClientRef } from '../../db/factories.ts'
import { TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

let door: TestDoor
let client: ClientRef
beforeAll(async () => {
  door = await startTestDoor()
  client = await door.factories.makeClient(await door.factories.makeMsp())
})
afterAll(() => door.stop())

function makeKey() {
  const { privateKey } = generateKeyPairSync('ed25519')
  const publicKey = exportRawPublicKey(privateKey)
  return { keyid: keyIdOf(Buffer.from(publicKey, 'base64')), publicKey, privateKey }
}
/** Publishes the next root. The door hands out what stands there: whether it follows is the devices' to judge. */
async function publish(): Promise<KeyRoot> {
  const { keyid, publicKey, privateKey } = makeKey()
  const [{ version } = {}] = await door.factories.across`select max(version) + 1 as version from signing_roots`
  const root: KeyRoot = { version, threshold: 1, keys: [{ keyid, publicKey }] }
  const envelope = sealRoot(root, [{ keyid, privateKey }])
  const json = JSON.stringify({ root, envelope })
  await door.factories.across`insert into signing_roots (version, root, envelope, published_at)
    select ${version}, ${json}::text::jsonb->'root', ${json}::text::jsonb->'envelope', now()`
  return root
}
const look = async (device: TestDevice) => {
  const [row] = await door.factories.inMsp(
    client.mspId,
    (
      tx,
    ) => tx`select d.root_version, array(select summary from device_events v where v.device_id = d.id and v.kind like 'root-%'
      order by v.id) as told from devices d where d.id = ${device.deviceId}`,
  )
  return { pinned: row?.root_version, told: row?.told }
}

test('a check-in says which root is the newest; who asks gets what follows theirs, and is known by what they have', async () => {
  const device = await door.addDevice(client)
  expect((await device.checkIn()).body.rootVersion).toBe(1)
  expect((await device.roots(1)).body.roots).toEqual([])
  const [second, third] = [await publish(), await publish()]
  expect((await device.checkIn()).body.rootVersion).toBe(3)
  const payloads = async (after: number) =>
    (await device.roots(after)).body.roots.map(({ payload }) => JSON.parse(Buffer.from(payload, 'base64').toString()))
  expect(await payloads(1)).toEqual([second, third])
  expect(await look(device)).toEqual({ pinned: 1, told: [] })
  expect(await payloads(2)).toEqual([third])
  expect(await payloads(3)).toEqual([])
  expect(await look(device)).toEqual({
    pinned: 3,
    told: [2, 3].map((version) => `Goes by version ${version} of the signing keys`),
  })
})

test('nobody has a root that was never published; a device that was restored may have an older one again', async () => {
  const device = await door.addDevice(client)
  await device.roots(2_147_483_647)
  expect((await look(device)).pinned).toBe(1)
  await device.roots(3)
  await device.roots(2)
  expect((await look(device)).pinned).toBe(2)
})

test('what a device refused stands in its history once, as text', async () => {
  const device = await door.addDevice(client)
  for (const _ of [1, 2]) await device.roots(1, "it is not signed'; drop table signing_roots --")
  expect(await look(device)).toEqual({
    pinned: 1,
    told: ["Refused the next signing keys: it is not signed'; drop table signing_roots --"],
  })
})

test('a request is taken once, signed or with the key of the hour', async () => {
  const device = await door.addDevice(client)
  const session = await device.openSession()
  expect((await device.roots(1, null, { session })).status).toBe(200)
  const { counter } = device
  expect((await device.roots(2, null, { counter })).body.error?.code).toBe('replayed')
  expect((await look(device)).pinned).toBe(1)
})

test('an enrolment shows the first root, and all that followed', async () => {
  const device = new TestDevice(door.baseUrl)
  const { body } = await device.enrol(await door.factories.makeToken(client))
  expect(body.root).not.toHaveProperty('version')
  expect(body.roots).toHaveLength(2)
  // These were signed by strangers, for this test.
  expect(() => followChain(body.root, body.roots ?? [], [rootFingerprint(body.root)])).toThrow('cannot be trusted')
})

test('where the keys were lost, an enrolment begins with what came instead of them', async () => {
  const { keyid, publicKey } = makeKey()
  const [{ version } = {}] = await door.factories.across`select max(version) + 1 as version from signing_roots`
  const root: KeyRoot = { version, threshold: 1, keys: [{ keyid, publicKey }] }
  await door.factories.across`insert into signing_roots (version, root, published_at)
    values (${version}, ${JSON.stringify(root)}::text::jsonb, now())`
  const { body } = await new TestDevice(door.baseUrl).enrol(await door.factories.makeToken(client))
  expect(body.root).toEqual(root)
  expect(body.roots).toEqual([])
  expect(followChain(body.root, body.roots ?? [], [rootFingerprint(root)])).toEqual(root)
  // Who is there is shown nothing that it could follow.
  const device = await door.addDevice(client)
  expect((await device.roots(version - 1)).body.roots).toEqual([])
})
