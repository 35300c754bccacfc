import { eq, sql } from 'drizzle-orm'
import { sessions } from '../../db/schema/auth.ts'
import { hashToken, newToken } from '../secrets/secret-token.ts'
import type { SessionRow } from './sessions.ts'
import { authDatabase, lockPerson } from './store.ts'
import { tellMsps } from './tell-msps.ts'

/** So long the former token still reads, for what the browser has under way. It never counts as proved. */
export const rotationMs = 10_000

/**
 * The person proved anew who they are: the session goes on under a new token, from the same beginning to the same end. Answers the token
 * for the cookie.
 */
export async function rotateSession(
  session: SessionRow,
  method: string,
  now: Date,
): Promise<{ token: string; expiresAt: Date }> {
  const token = newToken()
  await authDatabase().transaction(async (tx) => {
    // Else the new row could slip past somebody who ends all sessions of this person at that moment.
    await lockPerson(tx, session.userId)
    const [former] = await tx
      .update(sessions)
      .set({ provedAt: null, expiresAt: sql`least(expires_at, ${new Date(now.getTime() + rotationMs).toISOString()})` })
      .where(eq(sessions.tokenHash, session.tokenHash))
      .returning()
    if (!former) throw new Error('the session ended while it was renewed')
    await tx.insert(sessions).values({
      ...former,
      tokenHash: hashToken(token),
      expiresAt: session.expiresAt,
      lastSeenAt: now,
      provedAt: now,
    })
    await tellMsps(tx, { userId: session.userId, action: 'session:step-up', at: now, reason: method })
  })
  return { token, expiresAt: session.expiresAt }
}
