import type { KeyRoot } from '../../agent/wire/envelope.ts'
import { acrossTenants } from '../access.ts'
import { DomainError } from '../errors.ts'
import { findNewestRoot } from './find-root.ts'
import { publishRoot } from './publish-root.ts'
import type { HeldKey } from './read-signing-keys.ts'
import { tellOfKeys } from './tell-of-keys.ts'

/**
 * Publishes a root with one key more, signed by those of `held` that sign now: the first step of a rotation. Only the rotation calls it.
 * `conflict` while a rotation is under way, and when too few of the keys that sign now are held.
 */
export function addSigningKey(held: readonly HeldKey[], added: HeldKey, at: Date): Promise<KeyRoot> {
  return acrossTenants('a new signing key', async (tx) => {
    const before = await findNewestRoot(tx)
    if (!before) throw new DomainError('conflict', 'No signing key was published yet: start the worker first.')
    const [key, ...others] = before.keys
    if (!key || others.length > 0)
      throw new DomainError('conflict', 'Several keys sign already: retire all but one before the next.')
    const { keyid, publicKey } = added
    const root = await publishRoot(tx, before, { keys: [key, { keyid, publicKey }] }, [...held, added], at)
    await tellOfKeys(tx, root, at)
    return root
  })
}
