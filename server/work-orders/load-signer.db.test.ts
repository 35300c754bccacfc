import { generateKeyPairSync } from 'node:crypto'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Factories } from '../../db/factories.ts'
import { closePools, connectPools } from '../../db/tenant.ts'
import { cloneDatabase, type TestDatabase } from '../../db/testing.ts'
import { createMsp } from '../members/create-msp.ts'
import { loadSigner } from './load-signer.ts'

/** No key was published here yet. */
let database: TestDatabase
let factories: Factories
let folder: string
beforeAll(async () => {
  database = await cloneDatabase()
  factories = new Factories(database)
  connectPools({ tenant: database.urls.app_web, across: database.urls.app_across })
  folder = await mkdtemp(join(tmpdir(), 'signer-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await closePools()
  await factories.close()
  await database.drop()
})

const at = new Date('2026-09-01T10:00:00Z')
async function makeKey(name: string, mode = 0o600): Promise<string> {
  const file = join(folder, name)
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  await writeFile(file, pem, { mode })
  return file
}

const rootNow = async () => {
  const [row] = await factories.across`select root from signing_roots order by version desc limit 1`
  return row?.root
}
const recordsOf = (mspId: string) =>
  factories.inMsp(
    mspId,
    (tx) =>
      tx`select subject_id, actor_kind, at, changes from audit_records where action = 'enrolment:publish-key' order by id`,
  )

test('the key of a new installation is the first root, stands in the audit log of every MSP, and signs', async () => {
  const mspIds = [await factories.makeMsp(), await factories.makeMsp()]
  const file = await makeKey('first.pem')
  const signer = await loadSigner(file, at)
  // Each start of a worker loads it again.
  await loadSigner(file, new Date())
  const root = await rootNow()
  const [{ keyid, publicKey }] = root.keys
  expect(root).toEqual({ threshold: 1, keys: [{ keyid, publicKey }] })
  expect(await signer(root)).toMatchObject([{ keyid }])
  const record = { subject_id: keyid, actor_kind: 'system', at, changes: { publicKey, rootVersion: 1 } }
  for (const mspId of mspIds) expect(await recordsOf(mspId)).toEqual([record])
})

test('an MSP that is made later has it in its log from the start; one that was missed gets it when a worker starts', async () => {
  const { mspId } = await createMsp({ slug: 'later', name: 'Later' }, at)
  const [{ keyid }] = (await rootNow()).keys
  expect(await recordsOf(mspId)).toMatchObject([{ subject_id: keyid, at }])
  const missed = await factories.makeMsp()
  expect(await recordsOf(missed)).toEqual([])
  await loadSigner(join(folder, 'first.pem'), at)
  expect(await recordsOf(missed)).toMatchObject([{ subject_id: keyid }])
  expect(await recordsOf(mspId)).toHaveLength(1)
})

test('another key in its place is refused: no device trusts it, and nothing tells devices to', async () => {
  const before = await rootNow()
  const error = await loadSigner(await makeKey('second.pem'), at).catch(String)
  expect(error).toMatch(/does not hold the keys that devices trust .*: put the file back that does.* README\.md/)
  // What throws the keys of a whole fleet away is not offered to who mistyped a path.
  expect(error).not.toContain('--lost')
  expect(await rootNow()).toEqual(before)
})

test('a key file that others may read is refused, and so is one that holds something else', async () => {
  await expect(loadSigner(await makeKey('open.pem', 0o644), at)).rejects.toThrow('may be read by others')
  const file = await makeKey('odd.pem')
  await appendFile(file, 'and a note\n')
  await expect(loadSigner(file, at)).rejects.toThrow('something else than keys')
})
