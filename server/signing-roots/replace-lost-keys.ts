import { type KeyRoot, versionOf } from '../../agent/wire/envelope.ts'
import { signingRoots } from '../../db/schema/records.ts'
import { acrossTenants } from '../access.ts'
import { DomainError } from '../errors.ts'
import { countStrangers, findLastSigned } from './find-lost.ts'
import { findNewestRoot } from './find-root.ts'
import type { HeldKey } from './read-signing-keys.ts'
import { type Loss, replaceCan } from './rules.ts'
import { tellOfKeys, tellOfRetirement } from './tell-of-keys.ts'

const quietMs = 3_600_000

interface Successor {
  /** What the key file holds now. */
  held: readonly HeldKey[]
  added: HeldKey
  /** Puts `added` where it is kept: run once all was looked at, and before anything is published. */
  keep: () => Promise<void>
}

/**
 * When no key that signs is left: a root that nobody signed, from which on devices enrol. Those that are there trust it as little as they
 * should, and have to be enrolled again: their number. Only the rotation calls it. `conflict` while a key that signs is held, was not named,
 * or, unless `force`, signed in the last hour.
 */
export function replaceLostKeys(
  { held, added, keep }: Successor,
  loss: Loss,
  at: Date,
): Promise<{ root: KeyRoot; devices: number }> {
  return acrossTenants('lost signing keys', async (tx) => {
    const before = await findNewestRoot(tx)
    if (!before) throw new DomainError('conflict', 'No signing key was published yet: start the worker first.')
    const signing = before.keys.map((key) => key.keyid)
    const { keyid, publicKey } = added
    const devices = await countStrangers(tx, keyid)
    const signedAt = await findLastSigned(tx, signing, new Date(at.getTime() - quietMs))
    const known = held.flatMap((key) => (signing.includes(key.keyid) ? key.keyid : []))
    const answer = replaceCan({ ...loss, signing, held: known, devices, signedAt })
    if (!answer.can) throw new DomainError('conflict', answer.reason)
    await keep()
    const root = { version: versionOf(before) + 1, threshold: 1, keys: [{ keyid, publicKey }] }
    await tx.insert(signingRoots).values({ version: root.version, root, envelope: null, publishedAt: at })
    await tellOfKeys(tx, root, at)
    for (const lost of signing) await tellOfRetirement(tx, lost, root.version, at)
    return { root, devices }
  })
}
