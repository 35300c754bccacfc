import { and, asc, eq, gt } from 'drizzle-orm'
import { totpFactors } from '../../db/schema/auth.ts'
import { keyRing } from '../secrets/key-ring.ts'
import { keyIdOf, openSecret } from '../secrets/open-secret.ts'
import { sealSecret } from '../secrets/seal-secret.ts'
import { authDatabase } from './store.ts'

const batchSize = 500

/**
 * Seals every authenticator seed anew that is not under the current key. Safe beside running consoles: a seed that its person replaced
 * meanwhile is left alone. Answers how many were sealed anew; throws when one cannot be opened, and says whose key is missing.
 */
export async function resealTotpSeeds(): Promise<number> {
  let count = 0
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await authDatabase()
      .select({ userId: totpFactors.userId, sealedSeed: totpFactors.sealedSeed })
      .from(totpFactors)
      .where(gt(totpFactors.userId, after))
      .orderBy(asc(totpFactors.userId))
      .limit(batchSize)
    for (const { userId, sealedSeed } of rows) {
      after = userId
      if (keyIdOf(sealedSeed) === keyRing().current) continue
      const seed = openSecret('totp-seed', userId, sealedSeed)
      const changed = await authDatabase()
        .update(totpFactors)
        .set({ sealedSeed: sealSecret('totp-seed', userId, seed) })
        .where(and(eq(totpFactors.userId, userId), eq(totpFactors.sealedSeed, sealedSeed)))
        .returning({ userId: totpFactors.userId })
      count += changed.length
    }
    if (rows.length < batchSize) return count
  }
}
