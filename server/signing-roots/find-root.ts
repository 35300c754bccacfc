import { desc } from 'drizzle-orm'
import type { KeyRoot } from '../../agent/wire/envelope.ts'
import { signingRoots } from '../../db/schema/records.ts'
import type { Tx } from '../access.ts'

/** The keys that sign orders now, which devices go by or are on the way to; null while no worker has published one. */
export async function findNewestRoot(tx: Tx): Promise<KeyRoot | null> {
  const [newest] = await tx
    .select({ root: signingRoots.root })
    .from(signingRoots)
    .orderBy(desc(signingRoots.version))
    .limit(1)
  return newest?.root ?? null
}
