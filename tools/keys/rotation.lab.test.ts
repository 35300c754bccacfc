import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../agent/config.ts'
import { enrolDevice } from '../../agent/enrol-device.ts'
import { type KeyRoot, rootFingerprint, versionOf } from '../../agent/wire/envelope.ts'
import { sealRoot } from '../../agent/wire/root.ts'
import type { ClientRef } from '../../db/factories.ts'
import { connectPools } from '../../db/tenant.ts'
import { startTestDoor, type TestDoor } from '../../server/device-api/testing.ts'
import { type HeldKey, readSigningKeys } from '../../server/signing-roots/read-signing-keys.ts'
import { loadSigner } from '../../server/work-orders/load-signer.ts'
import { type OrderSigner, signOrders } from '../../server/work-orders/sign-orders.ts'
import { endsWithParent } from '../lab/ends-with-parent.ts'
import { makeTestArchive, type TestArchive, waitFor } from '../lab/testing.ts'
import { addKey, retireKey } from './rotate-keys.ts'

const program = fileURLToPath(new URL('../../agent/testing/run-until.ts', import.meta.url))
let door: TestDoor
let archive: TestArchive
let aptRoot: string
let client: ClientRef
let file: string
let oldKey: HeldKey
let firstRoot: KeyRoot
let stateDir: string
let deviceId: string
let signer: OrderSigner
let running: ChildProcess | null = null

beforeAll(async () => {
  door = await startTestDoor({ checkInMs: 1_000 })
  connectPools({ across: door.database.urls.app_across })
  client = await door.factories.makeClient(await door.factories.makeMsp())
  archive = await makeTestArchive()
  aptRoot = (await archive.makeRoot('machine')).path
  file = join(archive.folder, 'order-signing.pem')
  await writeFile(file, door.signingKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  signer = await loadSigner(file, new Date())
  const [held] = await readSigningKeys(file)
  if (!held) throw new Error('no key in the file')
  oldKey = held
  firstRoot = { threshold: 1, keys: [{ keyid: held.keyid, publicKey: held.publicKey }] }
  stateDir = join(archive.folder, 'agent')
  ;({ deviceId } = await enrol(stateDir))
})
afterEach(async () => {
  running?.kill('SIGTERM')
  await gone()
})
afterAll(async () => {
  await door?.stop()
  await archive?.remove()
})

/** Enrols by a token of before every rotation. */
async function enrol(folder: string) {
  return enrolDevice({
    server: door.baseUrl,
    tokenText: `${await door.factories.makeToken(client)}.${rootFingerprint(firstRoot)}`,
    stateDir: folder,
    aptRoot,
    hostName: 'machine',
    rootFingerprint: null,
  })
}

function start(killAt = ''): void {
  const log = openSync(join(archive.folder, 'agent.log'), 'a')
  running = spawn(...endsWithParent(process.execPath, [program, stateDir, killAt]), {
    stdio: ['ignore', 'ignore', log],
  })
  closeSync(log)
}
async function gone(): Promise<void> {
  const agent = running
  if (agent && agent.exitCode === null && agent.signalCode === null) await once(agent, 'exit')
  running = null
}

/** Makes a scan order, has it signed, and answers how the device took it. */
async function order(by: OrderSigner): Promise<string> {
  const orderId = await door.factories.makeOrder(client, { deviceId, verb: 'scan', state: 'unsigned' })
  expect(await signOrders(new Date(), by)).toBe(1)
  const look = async () => {
    const [row] = await door.factories.inMsp(
      client.mspId,
      (tx) => tx`select coalesce(body->'refusal'->>'code', body->>'state') as told from device_reports
        where body->>'orderId' = ${orderId} and body->>'state' in ('done', 'refused')`,
    )
    return row?.told
  }
  return waitFor(`the end of order ${orderId}: ${readLog()}`, look, 20_000)
}
const readLog = () => readFileSync(join(archive.folder, 'agent.log'), 'utf8').slice(-2_000)
const pinned = () => versionOf(loadConfig(stateDir).root)
/** Until the door knows that the device goes by this root. */
const follows = (version: number) =>
  waitFor(
    `version ${version}`,
    async () => {
      const [row] = await door.factories.across`select root_version from devices where id = ${deviceId}`
      return row?.root_version === version
    },
    20_000,
  )

test('an agent goes from key to key, and takes no order of the one that was retired', async () => {
  start()
  expect(await order(signer)).toBe('done')
  running?.kill('SIGTERM')
  await gone()

  await addKey(file, new Date())
  start('root')
  await gone()
  // It was killed between the fetching and the keeping.
  expect(pinned()).toBe(1)
  await expect(retireKey(file, oldKey.keyid, false, new Date())).rejects.toThrow('1 device does not go by')

  start()
  expect(await order(signer)).toBe('done')
  await follows(2)
  expect(pinned()).toBe(2)
  // While both are in the root each counts by itself.
  const both = await readSigningKeys(file)
  for (const key of both) expect(await order(async () => [key])).toBe('done')

  await retireKey(file, oldKey.keyid, false, new Date())
  await follows(3)
  expect(await order(async () => [oldKey])).toBe('bad-signature')
  expect(await order(signer)).toBe('done')
  expect(JSON.stringify(loadConfig(stateDir).root)).not.toContain(oldKey.publicKey)
})

test('a token of before the rotations enrols a device that goes by the newest root', async () => {
  const { root } = await enrol(join(archive.folder, 'other'))
  expect(versionOf(root)).toBe(3)
  const [key] = await readSigningKeys(file)
  expect(root.keys.map(({ keyid }) => keyid)).toEqual([key?.keyid])
})

test('a root that only the retired key and a stranger signed is refused, and that stands in the device’s history', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const root: KeyRoot = { ...firstRoot, version: 4 }
  const stranger = { keyid: createHash('sha256').update('x').digest('hex').slice(0, 32), privateKey }
  const json = JSON.stringify({ root, envelope: sealRoot(root, [oldKey, stranger]) })
  await door.factories.across`insert into signing_roots (version, root, envelope, published_at)
    select 4, ${json}::text::jsonb->'root', ${json}::text::jsonb->'envelope', now()`
  start()
  const told = await waitFor(
    `the refusal: ${readLog()}`,
    async () => {
      const [row] = await door.factories.inMsp(
        client.mspId,
        (tx) => tx`select summary from device_events where device_id = ${deviceId} and kind = 'root-refused'`,
      )
      return row?.summary
    },
    20_000,
  )
  expect(told).toBe('Refused the next signing keys: it is not signed by enough of the keys that are trusted now')
  expect(pinned()).toBe(3)
  await expect(enrol(join(archive.folder, 'third'))).rejects.toThrow('cannot be trusted')
})
