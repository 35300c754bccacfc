import { type KeyRoot, versionOf } from '../../agent/wire/envelope.ts'
import { acrossTenants } from '../access.ts'
import { DomainError } from '../errors.ts'
import { findBehind } from './find-behind.ts'
import { findNewestRoot } from './find-root.ts'
import { publishRoot } from './publish-root.ts'
import type { HeldKey } from './read-signing-keys.ts'
import { type Behind, retireCan } from './rules.ts'
import { tellOfRetirement } from './tell-of-keys.ts'

/**
 * Publishes a root without one of the keys: the second step of a rotation. Orders signed by that key alone are refused by each device that has
 * followed. `conflict` while there are devices or orders that would be left behind, unless `force`; always while the rest could not sign.
 */
export function retireSigningKey(
  held: readonly HeldKey[],
  { keyId, force }: { keyId: string; force: boolean },
  at: Date,
): Promise<{ root: KeyRoot; behind: Behind }> {
  return acrossTenants('the end of a signing key', async (tx) => {
    const before = await findNewestRoot(tx)
    if (!before?.keys.some(({ keyid }) => keyid === keyId))
      throw new DomainError('not-found', `No key ${keyId} signs orders.`)
    const keys = before.keys.filter(({ keyid }) => keyid !== keyId)
    const behind = await findBehind(tx, before, keys)
    const answer = retireCan({ ...behind, force, left: keys.length, heldLeft: countHeld(held, keys), ...before })
    if (!answer.can) throw new DomainError('conflict', answer.reason)
    const root = await publishRoot(tx, before, { keys }, held, at)
    await tellOfRetirement(tx, keyId, versionOf(root), at)
    return { root, behind }
  })
}

const countHeld = (held: readonly HeldKey[], keys: KeyRoot['keys']) =>
  keys.filter(({ keyid }) => held.some((key) => key.keyid === keyid)).length
