import type { KeyRoot, SigningKey } from '../../agent/wire/envelope.ts'
import { signingRoots } from '../../db/schema/records.ts'
import { acrossTenants, type Tx } from '../access.ts'
import { findNewestRoot } from '../signing-roots/find-root.ts'
import { type HeldKey, readSigningKeys } from '../signing-roots/read-signing-keys.ts'
import { tellOfKeys } from '../signing-roots/tell-of-keys.ts'
import type { OrderSigner } from './sign-orders.ts'

/**
 * Reads the order-signing keys. On a new installation their public halves become the first root, which devices pin at enrolment; later roots
 * come from the rotation. Throws when the file may be read by others, or holds none of the keys that sign now.
 */
export async function loadSigner(file: string, at: Date): Promise<OrderSigner> {
  const held = await readSigningKeys(file)
  await acrossTenants('publishing of the signing key', async (tx) => {
    const root = await findOrPublish(tx, held, at)
    choose(held, root, file)
    await tellOfKeys(tx, root, at)
  })
  // Read again each time: a rotation changes the file while the worker runs.
  return async (root) => choose(await readSigningKeys(file), root, file)
}

async function findOrPublish(tx: Tx, held: readonly HeldKey[], at: Date): Promise<KeyRoot> {
  const root = { threshold: 1, keys: held.map(({ keyid, publicKey }) => ({ keyid, publicKey })) }
  const first = { version: 1, root, publishedAt: at }
  const found = await findNewestRoot(tx)
  if (!found) await tx.insert(signingRoots).values(first).onConflictDoNothing()
  return found ?? (await findNewestRoot(tx)) ?? root
}

/** The held keys that sign by this root: all of them, so that a device which is a step behind finds one that it trusts. */
function choose(held: readonly HeldKey[], root: KeyRoot, file: string): readonly SigningKey[] {
  const chosen = held.filter(({ keyid }) => root.keys.some((key) => key.keyid === keyid))
  if (chosen.length >= root.threshold) return chosen
  const ids = root.keys.map(({ keyid }) => keyid).join(', ')
  throw new Error(
    `${file} does not hold the keys that devices trust (${ids}): put the file back that does. If there is none any more, see "Rotate the order-signing key" in README.md.`,
  )
}
