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
 * A held key that signs no more already changes nothing: the newest root, and no `behind`.
 */
export function retireSigningKey(
  held: readonly HeldKey[],
  { keyId, force }: { keyId: string; force: boolean },
  at: Date,
): Promise<{ root: KeyRoot; behind: Behind | null }> {
  return acrossTenants('the end of a signing key', async (tx) => {
    const before = await findNewestRoot(tx)
    const isSigning = before?.keys.some(({ keyid }) => keyid === keyId)
    if (!before || (!isSigning && !held.some(({ keyid }) => keyid === keyId)))
      throw new DomainError('not-found', `No key ${keyId} signs orders.`)
    const keys = before.keys.filter(({ keyid }) => keyid !== keyId)
    const behind = isSigning ? await findBehind(tx, before, keys) : { devices: 0, orders: 0 }
    const answer = retireCan({ ...behind, force, left: keys.length, heldLeft: countHeld(held, keys), ...before })
    if (!answer.can) throw new DomainError('conflict', answer.reason)
    if (!isSigning) return { root: before, behind: null }
    const root = await publishRoot(tx, before, { keys }, held, at)
    await tellOfRetirement(tx, keyId, versionOf(root), at)
    return { root, behind }
  })
}

const countHeld = (held: readonly HeldKey[], keys: KeyRoot['keys']) =>
  keys.filter(({ keyid }) => held.some((key) => key.keyid === keyid)).length
