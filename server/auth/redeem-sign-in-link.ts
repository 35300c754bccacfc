import { and, eq, gt, isNull } from 'drizzle-orm'
import { signInLinks } from '../../db/schema/auth.ts'
import { hashToken } from './secret-token.ts'
import { authDatabase } from './store.ts'

/**
 * Uses a link of this purpose up and answers whose it was; null when it is unknown, used or expired, without saying which. One statement
 * takes it, so that of two clicks at once only one gets in.
 */
export async function redeemSignInLink(
  token: string,
  purpose: 'console' | 'recovery',
  now: Date,
): Promise<{ userId: string } | null> {
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
    .returning({ userId: signInLinks.userId })
  return taken ?? null
}
