import { type KeyRoot, type SigningKey, versionOf } from '../../agent/wire/envelope.ts'
import { readNextRoot, sealRoot } from '../../agent/wire/root.ts'
import { signingRoots } from '../../db/schema/records.ts'
import type { Tx } from '../access.ts'
import { DomainError } from '../errors.ts'

/**
 * Adds the root that follows `before` to the chain, signed with every key given. `conflict` when a device that has `before` pinned would refuse it,
 * and when somebody else published one meanwhile.
 */
export async function publishRoot(
  tx: Tx,
  before: KeyRoot,
  change: Pick<KeyRoot, 'keys'>,
  signers: readonly SigningKey[],
  at: Date,
): Promise<KeyRoot> {
  const version = versionOf(before) + 1
  const envelope = sealRoot({ version, threshold: before.threshold, keys: change.keys }, signers)
  const { root, refusal } = readNextRoot(before, envelope)
  if (!root) throw new DomainError('conflict', `Devices would refuse this change of the signing keys: ${refusal}.`)
  const [stored] = await tx
    .insert(signingRoots)
    .values({ version, root, envelope, publishedAt: at })
    .onConflictDoNothing()
    .returning({ version: signingRoots.version })
  if (!stored) throw new DomainError('conflict', 'The signing keys were changed meanwhile: look again.')
  return root
}
