import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { beforeEach, expect, test } from 'vitest'
import { type KeyRoot, rootFingerprint } from '../../agent/wire/envelope.ts'
import { followChain } from '../../agent/wire/root.ts'
import { Factories } from '../../db/factories.ts'
import { closePools, connectPools } from '../../db/tenant.ts'
import { cloneDatabase, type TestDatabase } from '../../db/testing.ts'
import { exampleFacts } from '../../server/device-api/test-device.ts'
import { createMsp } from '../../server/members/create-msp.ts'
import { hashToken } from '../../server/secrets/secret-token.ts'
import { readSigningKeys } from '../../server/signing-roots/read-signing-keys.ts'
import { loadSigner } from '../../server/work-orders/load-signer.ts'
import { addKey, replaceLost, retireKey } from './rotate-keys.ts'

const at = new Date('2026-09-01T10:00:00Z')
let database: TestDatabase
let factories: Factories
let door: Sql
let folder: string
let file: string
let first: string
beforeEach(async () => {
  database = await cloneDatabase()
  factories = new Factories(database)
  door = postgres(database.urls.app_device, { max: 1, onnotice: () => {} })
  connectPools({ across: database.urls.app_across })
  folder = await mkdtemp(join(tmpdir(), 'patchward-keys-'))
  file = join(folder, 'order.pem')
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  await writeFile(file, pem, { mode: 0o600 })
  await loadSigner(file, at)
  first = (await held())[0] ?? ''
  return async () => {
    await rm(folder, { recursive: true })
    await closePools()
    await door.end()
    await factories.close()
    await database.drop()
  }
})

const held = async () => (await readSigningKeys(file)).map(({ keyid }) => keyid)
const chain = () => factories.across<{ version: number; root: KeyRoot; envelope: unknown }[]>`
  select version, root, envelope from signing_roots order by version`
const signers = async () => (await chain()).map(({ root }) => root.keys.map(({ keyid }) => keyid))
const audit = async (mspId: string) =>
  (await factories.inMsp(mspId, (tx) => tx`select action, subject_id, changes from audit_records order by id`)).map(
    ({ action, subject_id, changes }) => [action, subject_id, changes.rootVersion],
  )
/** A device that says it has this root pinned, once that is published; answers how it says so. */
async function addDevice() {
  const client = await factories.makeClient(await factories.makeMsp())
  const token = await factories.makeToken(client)
  const facts = JSON.stringify(exampleFacts())
  const [row] =
    await door`select device_id from door.enrol(${at}, ${hashToken(token)}, ${randomUUID()}, ${facts}::text::jsonb)`
  const deviceId: string = row?.device_id
  return {
    client,
    deviceId,
    pin: (version: number) => door`select door.note_root(${at}, ${deviceId}, ${version}, null)`,
  }
}

test('the whole way: a second key, which devices follow to, and the first one gone; every MSP is told', async () => {
  const { mspId } = await createMsp({ slug: 'told', name: 'Told' }, at)
  const said = await addKey(file, at)
  const [, second = ''] = await held()
  expect(await held()).toEqual([first, second])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(said).toBe(
    `${second} signs orders from now on, beside ${first}. Every device has followed to version 2: npm run keys:rotate -- --retire ${first}`,
  )
  expect(await retireKey(file, first, false, at)).toBe(`${first} signs no more and is gone from ${file}.`)
  expect(await held()).toEqual([second])
  expect(await signers()).toEqual([[first], [first, second], [second]])
  expect(await audit(mspId)).toEqual([
    ['msp:create', mspId, undefined],
    ['enrolment:publish-key', first, 1],
    ['enrolment:publish-key', second, 2],
    ['enrolment:retire-key', first, 3],
  ])
  // What the worker does at its next start.
  await loadSigner(file, at)
  expect(await audit(mspId)).toHaveLength(4)
})

test('what is published is what a device follows, from a token of before the rotation too', async () => {
  await addKey(file, at)
  await retireKey(file, first, false, at)
  const [one, ...later] = await chain()
  if (!one) throw new Error('no root')
  const newest = followChain(
    one.root,
    later.map(({ envelope }) => envelope),
    [rootFingerprint(one.root)],
  )
  expect(newest).toEqual((await chain()).at(-1)?.root)
  expect(newest.keys.map(({ keyid }) => keyid)).toEqual(await held())
})

test('the worker signs with both while both are in the root, and goes by the file as it is now', async () => {
  const signer = await loadSigner(file, at)
  const sign = async () =>
    (await signer((await chain()).at(-1)?.root ?? { threshold: 1, keys: [] })).map(({ keyid }) => keyid)
  expect(await sign()).toEqual([first])
  const former = join(folder, 'former.pem')
  await copyFile(file, former)
  await addKey(file, at)
  const [, second] = await held()
  expect(await sign()).toEqual([first, second])
  await retireKey(file, first, false, at)
  expect(await sign()).toEqual([second])
  // A worker that was left with the old file signs nothing any more, and says so.
  await writeFile(file, await readFile(former), { mode: 0o600 })
  await expect(sign()).rejects.toThrow('does not hold the keys that devices trust')
})

test('no key is retired while devices would be left behind, unless that is said; retired devices do not count', async () => {
  const [behind, follows] = [await addDevice(), await addDevice()]
  // None has what was never published.
  await follows.pin(2)
  expect(await addKey(file, at)).toContain('2 devices have not followed to version 2 yet')
  await follows.pin(2)
  await expect(addKey(file, at)).rejects.toThrow(
    /A rotation is under way: .* 1 device has not followed to version 2 yet/,
  )
  await expect(retireKey(file, first, false, at)).rejects.toThrow('1 device does not go by the newer key yet')
  expect(await held()).toHaveLength(2)
  await factories.across`update devices set retired_at = now() where id = ${behind.deviceId}`
  await expect(retireKey(file, first, false, at)).resolves.toBeDefined()
})

test('with --force it is, and what was left behind is said', async () => {
  await addDevice()
  await addKey(file, at)
  expect(await retireKey(file, first, true, at)).toMatch(/Left behind: 1 device, 0 orders\.$/)
})

test('nor while an order waits that only that key signed', async () => {
  const { client, deviceId, pin } = await addDevice()
  const orderId = await factories.makeOrder(client, { deviceId, verb: 'scan', state: 'ready' })
  const envelope = JSON.stringify({ payloadType: '', payload: '', signatures: [{ keyid: first, sig: '' }] })
  await factories.across`update work_orders set envelope = ${envelope}::text::jsonb where id = ${orderId}`
  await addKey(file, at)
  await pin(2)
  await expect(retireKey(file, first, false, at)).rejects.toThrow('1 order waits that only this key signed')
  const [, second] = await held()
  const both = envelope.replace('}]', `},{"keyid":"${second}","sig":""}]`)
  await factories.across`update work_orders set envelope = ${both}::text::jsonb where id = ${orderId}`
  await expect(retireKey(file, first, false, at)).resolves.toBeDefined()
})

test('one rotation at a time; the only key, a stranger’s and one whose successor is not held are not retired', async () => {
  await expect(retireKey(file, first, true, at)).rejects.toThrow('the only key that signs')
  await addKey(file, at)
  await expect(addKey(file, at)).rejects.toThrow('A rotation is under way')
  await expect(retireKey(file, '0'.repeat(32), true, at)).rejects.toThrow('No key 0')
  const pem = (await readFile(file, 'utf8')).split(/(?<=-----END PRIVATE KEY-----\n)/)
  await writeFile(file, pem[0] ?? '')
  await expect(retireKey(file, first, true, at)).rejects.toThrow('nothing could be signed any more')
  expect(await signers()).toHaveLength(2)
})

test('interrupted after the key was made, it goes on with that key; a retired one that was left behind never comes back', async () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  await writeFile(file, `${await readFile(file, 'utf8')}${pem}`)
  const [, made] = await held()
  await addKey(file, at)
  expect(await held()).toEqual([first, made])
  const before = await readFile(file)
  await retireKey(file, first, false, at)
  // As if it had ended before the key was taken out of the file.
  await writeFile(file, before)
  await addKey(file, at)
  const now = await held()
  expect(now).not.toContain(first)
  expect(now).toHaveLength(2)
  expect(now).toContain(made)
})

const lost = (...named: string[]) => ({ named, force: false })

test('when the keys are lost another begins anew: devices that are there do not follow, and it is said that they do not', async () => {
  await addDevice()
  const { mspId } = await createMsp({ slug: 'lost', name: 'Lost' }, at)
  await expect(replaceLost(file, lost(first), at)).rejects.toThrow(`The key ${first} is here, so it is not lost`)
  await rm(file)
  expect(await replaceLost(file, lost(first), at)).toMatch(
    /by version 2\. 1 device does not trust it and has to be enrolled again\.$/,
  )
  const [key = ''] = await held()
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await signers()).toEqual([[first], [key]])
  expect((await audit(mspId)).slice(2)).toEqual([
    ['enrolment:publish-key', key, 2],
    ['enrolment:retire-key', first, 2],
  ])
  const [one, two] = await chain()
  if (!one || !two) throw new Error('no roots')
  expect(two.envelope).toBeNull()
  expect(() => followChain(one.root, [two.envelope], [])).toThrow('cannot be trusted')
  // From here on it is rotated like any other.
  await loadSigner(file, at)
  await addKey(file, at)
  const newest = (await chain()).at(-1)
  expect(followChain(two.root, [newest?.envelope], [rootFingerprint(two.root)])).toEqual(newest?.root)
})

test('a wrong file alone loses nothing: who says that keys are lost names each of them, and hears what it costs', async () => {
  await addDevice()
  await addKey(file, at)
  const [, second = ''] = await held()
  const wrong = join(folder, 'wrong.pem')
  const cost = new RegExp(`1 device would have to be enrolled again.*: ${first} ${second}\\.$`)
  for (const named of [[], [first], [first, second, 'another']])
    await expect(replaceLost(wrong, { named, force: true }, at)).rejects.toThrow(cost)
  expect(await signers()).toHaveLength(2)
  await expect(stat(wrong)).rejects.toThrow('ENOENT')
  await replaceLost(wrong, lost(second, first), at)
  expect(await signers()).toHaveLength(3)
})

test('keys that signed in the last hour are somewhere, so they are not lost, unless that is said', async () => {
  const { client, deviceId } = await addDevice()
  const orderId = await factories.makeOrder(client, { deviceId, verb: 'scan', state: 'finished' })
  const sign = (keyid: string, agoMs: number) => {
    const payload = Buffer.from(JSON.stringify({ issuedAt: new Date(at.getTime() - agoMs).toISOString() }))
    const envelope = { payloadType: '', payload: payload.toString('base64'), signatures: [{ keyid, sig: '' }] }
    return factories.across`update work_orders set envelope = ${JSON.stringify(envelope)}::text::jsonb where id = ${orderId}`
  }
  await rm(file)
  await sign(first, 59 * 60_000)
  await expect(replaceLost(file, lost(first), at)).rejects.toThrow('signed an order at 2026-09-01T09:01:00.000Z')
  await expect(stat(file)).rejects.toThrow('ENOENT')
  expect(await signers()).toHaveLength(1)
  await sign(first, 61 * 60_000)
  await replaceLost(file, lost(first), at)
  const [key = ''] = await held()
  await rm(file)
  // What another key signed says nothing of this one.
  await sign(first, 0)
  await replaceLost(file, lost(key), at)
  const [third = ''] = await held()
  await rm(file)
  await sign(third, 0)
  await expect(replaceLost(file, lost(third), at)).rejects.toThrow('signed an order')
  await replaceLost(file, { named: [third], force: true }, at)
  expect(await signers()).toHaveLength(4)
})

test('keys that come back sign again, and devices that pinned them are as before; a retired one never comes back', async () => {
  const { mspId } = await createMsp({ slug: 'back', name: 'Back' }, at)
  const retired = join(folder, 'retired.pem')
  await copyFile(file, retired)
  await addKey(file, at)
  await retireKey(file, first, false, at)
  const { pin } = await addDevice()
  await pin(3)
  const [second = ''] = await held()
  const away = join(folder, 'away.pem')
  await copyFile(file, away)
  await copyFile(retired, file)
  await replaceLost(file, lost(second), at)
  const [third = ''] = await held()
  expect([first, second]).not.toContain(third)
  const later = await addDevice()
  await later.pin(4)
  await copyFile(away, file)
  expect(await replaceLost(file, lost(third), at)).toMatch(
    /by version 5\. 1 device does not trust it and has to be enrolled again\.$/,
  )
  expect(await held()).toEqual([second])
  expect((await signers()).at(-1)).toEqual([second])
  expect((await audit(mspId)).slice(-2)).toEqual([
    ['enrolment:publish-key', second, 5],
    ['enrolment:retire-key', third, 5],
  ])
  const told = (await audit(mspId)).length
  await loadSigner(file, at)
  expect(await audit(mspId)).toHaveLength(told)
})

test('no root is published with a key that is in no file', async () => {
  await rm(file)
  await expect(replaceLost(join(folder, 'none', 'order.pem'), lost(first), at)).rejects.toThrow('ENOENT')
  expect(await signers()).toEqual([[first]])
  // Interrupted between the file and the root it goes on with the key that it made.
  await database.owner`create function refuse_root() returns trigger language plpgsql as 'begin raise ''interrupted''; end'`
  await database.owner`create trigger interrupts before insert on signing_roots for each row execute function refuse_root()`
  await expect(replaceLost(file, lost(first), at)).rejects.toThrow()
  const made = await held()
  expect(await signers()).toEqual([[first]])
  await database.owner`drop trigger interrupts on signing_roots`
  expect(await replaceLost(file, lost(first), at)).toMatch(/by version 2\. Every device trusts it\.$/)
  expect(await held()).toEqual(made)
  expect((await signers()).at(-1)).toEqual(made)
})

test('of several at once one rotates, and the file holds the keys of the root', async () => {
  const answers = await Promise.allSettled([addKey(file, at), addKey(file, at), addKey(file, at)])
  const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason)] : []))
  expect(reasons).toHaveLength(2)
  for (const reason of reasons) expect(reason).toMatch(/Another rotation runs just now|A rotation is under way/)
  expect(await held()).toEqual((await signers()).at(-1))
})

test('interrupted before the retired key was taken out of the file, retiring it again takes it out', async () => {
  const { mspId } = await createMsp({ slug: 'again', name: 'Again' }, at)
  await addKey(file, at)
  const before = await readFile(file)
  const former = join(folder, 'former.pem')
  const [old = ''] = before.toString().split(/(?<=-----END PRIVATE KEY-----\n)/)
  await writeFile(former, old, { mode: 0o600 })
  await retireKey(file, first, false, at)
  await writeFile(file, before)
  const told = await audit(mspId)
  expect(await retireKey(file, first, false, at)).toBe(
    `${first} signed no more already; now it is gone from ${file} too.`,
  )
  expect(await held()).not.toContain(first)
  expect(await held()).toEqual((await signers()).at(-1))
  expect(await audit(mspId)).toEqual(told)
  // Nothing would be left of a file without the others.
  await expect(retireKey(former, first, true, at)).rejects.toThrow('does not hold the other keys')
  await expect(retireKey(file, first, false, at)).rejects.toThrow(`No key ${first}`)
})

test('the chain is append-only, and nobody but the worker’s login adds to it', async () => {
  await expect(factories.across`delete from signing_roots`).rejects.toThrow('permission denied')
  await expect(factories.across`update signing_roots set version = 9`).rejects.toThrow('permission denied')
  await expect(
    factories.worker`insert into signing_roots (version, root, published_at) values (9, '{}', now())`,
  ).rejects.toThrow('permission denied')
  await expect(database.owner`delete from signing_roots`).rejects.toThrow('append-only')
})
