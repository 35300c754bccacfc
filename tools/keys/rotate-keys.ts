import { existsSync } from 'node:fs'
import { type KeyRoot, keyIdOf, versionOf } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import { plural, pluralWord } from '../../components/format.ts'
import { signingRoots } from '../../db/schema/records.ts'
import { acrossTenants } from '../../server/access.ts'
import { addSigningKey } from '../../server/signing-roots/add-signing-key.ts'
import { findBehind } from '../../server/signing-roots/find-behind.ts'
import { type HeldKey, readSigningKeys } from '../../server/signing-roots/read-signing-keys.ts'
import { replaceLostKeys } from '../../server/signing-roots/replace-lost-keys.ts'
import { retireSigningKey } from '../../server/signing-roots/retire-signing-key.ts'
import type { Loss } from '../../server/signing-roots/rules.ts'
import { newKey, writeKeyFile } from './key-file.ts'
import { takeTurn } from './take-turn.ts'

/**
 * First step: a new key into the file, then into the root that devices follow to. Answers what to say. Interrupted and done again it goes on
 * with the key that it made. Throws a sentence while a rotation is under way.
 */
export function addKey(file: string, at: Date): Promise<string> {
  return takeTurn(async () => {
    const { newest, published } = await readChain()
    const [old, other] = newest.keys
    if (!old) throw new Error('No signing key was published yet: start the worker first.')
    if (other)
      throw new Error(`A rotation is under way: ${old.keyid} and ${other.keyid} sign. ${await sayNext(newest)}`)
    const held = (await readSigningKeys(file)).filter(({ keyid }) => keyid === old.keyid || !published.has(keyid))
    const added = held.find(({ keyid }) => keyid !== old.keyid) ?? makeKey()
    const others = held.filter(({ keyid }) => keyid !== added.keyid)
    // Kept before any device trusts it; the worker signs with it once it is in the root.
    await writeKeyFile(file, [...others, added])
    const root = await addSigningKey(others, added, at)
    return `${added.keyid} signs orders from now on, beside ${old.keyid}. ${await sayNext(root)}`
  })
}

/**
 * Second step: a root without this key, then the key out of the file: until then the worker needs it. Answers what to say; throws a sentence
 * with the reason why not. Interrupted between the two and done again it takes the key out of the file.
 */
export function retireKey(file: string, keyId: string, force: boolean, at: Date): Promise<string> {
  return takeTurn(async () => {
    const held = await readSigningKeys(file)
    const { root, behind } = await retireSigningKey(held, { keyId, force }, at)
    await writeKeyFile(
      file,
      held.filter(({ keyid }) => root.keys.some((key) => key.keyid === keyid)),
    )
    if (!behind) return `${keyId} signed no more already; now it is gone from ${file} too.`
    const leftBehind =
      behind.devices + behind.orders > 0
        ? ` Left behind: ${plural(behind.devices, 'device', 'devices')}, ${plural(behind.orders, 'order', 'orders')}.`
        : ''
    return `${keyId} signs no more and is gone from ${file}.${leftBehind}`
  })
}

/**
 * When no key that signs is left: a new one, by which devices enrol from now on, or one that was lost so itself and came back. Answers what to
 * say; throws a sentence with the reason why not.
 */
export function replaceLost(file: string, loss: Loss, at: Date): Promise<string> {
  return takeTurn(async () => {
    const { retired } = await readChain()
    const held = existsSync(file) ? await readSigningKeys(file) : []
    const added = held.find(({ keyid }) => !retired.has(keyid)) ?? makeKey()
    const { root, devices } = await replaceLostKeys({ held, added, keep: () => writeKeyFile(file, [added]) }, loss, at)
    const say = `${added.keyid} signs orders from now on, by version ${versionOf(root)}.`
    if (devices === 0) return `${say} Every device trusts it.`
    const have = pluralWord(devices, 'has', 'have')
    return `${say} ${plural(devices, 'device does', 'devices do')} not trust it and ${have} to be enrolled again.`
  })
}

function makeKey(): HeldKey {
  const privateKey = newKey()
  const publicKey = exportRawPublicKey(privateKey)
  return { keyid: keyIdOf(Buffer.from(publicKey, 'base64')), privateKey, publicKey }
}

/** The newest root, and the ids of all keys that ever were in one; `retired` left it by a root that was signed, and never come back. */
async function readChain(): Promise<{ newest: KeyRoot; published: Set<string>; retired: Set<string> }> {
  const rows = await acrossTenants('the rotation of signing keys', (tx) =>
    tx
      .select({ root: signingRoots.root, envelope: signingRoots.envelope })
      .from(signingRoots)
      .orderBy(signingRoots.version),
  )
  const idsOf = (index: number) => rows[index]?.root.keys.map(({ keyid }) => keyid) ?? []
  const retired = rows.flatMap(({ envelope }, index) =>
    envelope ? idsOf(index - 1).filter((keyid) => !idsOf(index).includes(keyid)) : [],
  )
  const newest = rows.at(-1)?.root ?? { threshold: 1, keys: [] }
  return { newest, published: new Set(rows.flatMap((_, index) => idsOf(index))), retired: new Set(retired) }
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
