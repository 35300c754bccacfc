import { and, eq, gt, isNull } from 'drizzle-orm'
import { signInLinks } from '../../db/schema/auth.ts'
import { hashToken } from '../secrets/secret-token.ts'
import type { Stands } from './sessions.ts'
import { authDatabase } from './store.ts'

/**
 * Uses a link of this purpose up and answers whose it was, and how to see later that it stands; null when it is unknown, used or expired, without saying which. One statement
 * takes it, so that of two clicks at once only one gets in.
 */
export async function redeemSignInLink(
  token: string,
  purpose: 'console' | 'recovery',
  now: Date,
): Promise<{ userId: string; stands: Stands } | null> {
  const [taken] = await authDatabase()
    .update(signInLinks)
    .set({ usedAt: now })
    .where(
      and(
        eq(signInLinks.tokenHash, hashToken(token)),
        eq(signInLinks.purpose, purpose),
        isNull(signInLinks.usedAt),
        gt(signInLinks.expiresAt, now),
      ),
    )
    .returning({ userId: signInLinks.userId, tokenHash: signInLinks.tokenHash })
  if (!taken) return null
  const { userId, tokenHash } = taken
  const stands: Stands = async (tx) =>
    (await tx.select({ userId: signInLinks.userId }).from(signInLinks).where(eq(signInLinks.tokenHash, tokenHash)))
      .length > 0
  return { userId, stands }
}
