import { sql } from 'drizzle-orm'
import { type KeyRoot, versionOf } from '../../agent/wire/envelope.ts'
import { signingRoots } from '../../db/schema/records.ts'
import { acrossTenants } from '../access.ts'
import { DomainError } from '../errors.ts'
import { findNewestRoot } from './find-root.ts'
import type { HeldKey } from './read-signing-keys.ts'
import { tellOfKeys, tellOfRetirement } from './tell-of-keys.ts'

/**
 * When no key that signs is left: a root that nobody signed, from which on devices enrol. Those that are there trust it as little as they
 * should, and have to be enrolled again. Only the rotation calls it. `conflict` while a key that signs is held.
 */
export function replaceLostKeys(
  held: readonly HeldKey[],
  added: HeldKey,
  at: Date,
): Promise<{ root: KeyRoot; devices: number }> {
  return acrossTenants('lost signing keys', async (tx) => {
    const before = await findNewestRoot(tx)
    if (!before) throw new DomainError('conflict', 'No signing key was published yet: start the worker first.')
    const known = held.find(({ keyid }) => before.keys.some((key) => key.keyid === keyid))
    if (known) throw new DomainError('conflict', `The key ${known.keyid} is here, so it is not lost: rotate it.`)
    const { keyid, publicKey } = added
    const root = { version: versionOf(before) + 1, threshold: 1, keys: [{ keyid, publicKey }] }
    await tx.insert(signingRoots).values({ version: root.version, root, envelope: null, publishedAt: at })
    await tellOfKeys(tx, root, at)
    for (const lost of before.keys) await tellOfRetirement(tx, lost.keyid, root.version, at)
    const [row] = await tx.execute<{ devices: number }>(
      sql`select count(*)::int as devices from devices where retired_at is null`,
    )
    return { root, devices: row?.devices ?? 0 }
  })
}
