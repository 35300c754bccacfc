import { and, eq, gt, isNull } from 'drizzle-orm'
import { signInLinks } from '../../db/schema/auth.ts'
import { hashToken } from './secret-token.ts'
import { startSession } from './sessions.ts'
import { authDatabase } from './store.ts'

/**
 * Uses a link up and begins a session; null when the link is unknown, used or expired, without saying which. One statement takes it,
 * so that of two clicks at once only one signs in.
 */
export async function redeemSignInLink(token: string, now: Date): Promise<{ token: string; expiresAt: Date } | null> {
  const [taken] = await authDatabase()
    .update(signInLinks)
    .set({ usedAt: now })
    .where(and(eq(signInLinks.tokenHash, hashToken(token)), isNull(signInLinks.usedAt), gt(signInLinks.expiresAt, now)))
    .returning({ userId: signInLinks.userId })
  return taken ? startSession(taken.userId, now) : null
}
