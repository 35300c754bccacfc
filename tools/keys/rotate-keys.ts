import { existsSync } from 'node:fs'
import { type KeyRoot, keyIdOf, versionOf } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import { plural } from '../../components/format.ts'
import { signingRoots } from '../../db/schema/records.ts'
import { acrossTenants } from '../../server/access.ts'
import { addSigningKey } from '../../server/signing-roots/add-signing-key.ts'
import { findBehind } from '../../server/signing-roots/find-behind.ts'
import { type HeldKey, readSigningKeys } from '../../server/signing-roots/read-signing-keys.ts'
import { replaceLostKeys } from '../../server/signing-roots/replace-lost-keys.ts'
import { retireSigningKey } from '../../server/signing-roots/retire-signing-key.ts'
import { newKey, writeKeyFile } from './key-file.ts'

/**
 * First step: a new key into the file, then into the root that devices follow to. Answers what to say. Interrupted and done again it goes on
 * with the key that it made. Throws a sentence while a rotation is under way.
 */
export async function addKey(file: string, at: Date): Promise<string> {
  const { newest, published } = await readChain()
  const [old, other] = newest.keys
  if (!old) throw new Error('No signing key was published yet: start the worker first.')
  if (other) throw new Error(`A rotation is under way: ${old.keyid} and ${other.keyid} sign. ${await sayNext(newest)}`)
  const held = (await readSigningKeys(file)).filter(({ keyid }) => keyid === old.keyid || !published.has(keyid))
  const added = held.find(({ keyid }) => keyid !== old.keyid) ?? makeKey()
  const others = held.filter(({ keyid }) => keyid !== added.keyid)
  // Kept before any device trusts it; the worker signs with it once it is in the root.
  await writeKeyFile(
    file,
    [...others, added].map(({ privateKey }) => privateKey),
  )
  const root = await addSigningKey(others, added, at)
  return `${added.keyid} signs orders from now on, beside ${old.keyid}. ${await sayNext(root)}`
}

/** Second step: a root without this key, then the key out of the file. Answers what to say; throws a sentence with the reason why not. */
export async function retireKey(file: string, keyId: string, force: boolean, at: Date): Promise<string> {
  const held = await readSigningKeys(file)
  const { root, behind } = await retireSigningKey(held, { keyId, force }, at)
  const left = held.filter(({ keyid }) => root.keys.some((key) => key.keyid === keyid))
  await writeKeyFile(
    file,
    left.map(({ privateKey }) => privateKey),
  )
  const leftBehind =
    behind.devices + behind.orders > 0
      ? ` Left behind: ${plural(behind.devices, 'device', 'devices')}, ${plural(behind.orders, 'order', 'orders')}.`
      : ''
  return `${keyId} signs no more and is gone from ${file}.${leftBehind}`
}

/** When no key that signs is left: a new one, by which devices enrol from now on. Answers what to say. */
export async function replaceLost(file: string, at: Date): Promise<string> {
  const { published } = await readChain()
  const held = existsSync(file) ? await readSigningKeys(file) : []
  const added = held.find(({ keyid }) => !published.has(keyid)) ?? makeKey()
  const { root, devices } = await replaceLostKeys(held, added, at)
  await writeKeyFile(file, [added.privateKey])
  const have = plural(devices, 'device has', 'devices have')
  return `${added.keyid} signs orders from now on, by version ${versionOf(root)}. ${have} to be enrolled again: none of them trusts it.`
}

function makeKey(): HeldKey {
  const privateKey = newKey()
  const publicKey = exportRawPublicKey(privateKey)
  return { keyid: keyIdOf(Buffer.from(publicKey, 'base64')), privateKey, publicKey }
}

/** The newest root, and the ids of all keys that ever were in one: what was retired never comes back. */
async function readChain(): Promise<{ newest: KeyRoot; published: Set<string> }> {
  const rows = await acrossTenants('the rotation of signing keys', (tx) =>
    tx.select({ root: signingRoots.root }).from(signingRoots).orderBy(signingRoots.version),
  )
  const newest = rows.at(-1)?.root ?? { threshold: 1, keys: [] }
  return { newest, published: new Set(rows.flatMap(({ root }) => root.keys.map(({ keyid }) => keyid))) }
}

/** What is left to do after the first step. */
async function sayNext(root: KeyRoot): Promise<string> {
  const [old] = root.keys
  const { devices } = await acrossTenants('devices behind in a rotation', (tx) =>
    findBehind(tx, root, root.keys.slice(1)),
  )
  const next = `npm run keys:rotate -- --retire ${old?.keyid}`
  if (devices === 0) return `Every device has followed to version ${versionOf(root)}: ${next}`
  const have = plural(devices, 'device has', 'devices have')
  return `${have} not followed to version ${versionOf(root)} yet. When all have: ${next}`
}
