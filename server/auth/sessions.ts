import { and, eq, gt, lt, or } from 'drizzle-orm'
import { sessions, users } from '../../db/schema/auth.ts'
import { hashToken, newToken } from './secret-token.ts'
import { authDatabase } from './store.ts'

/** A session ends this long after it began, however busy. */
export const sessionMs = 8 * 3_600_000
/** A session that nobody used for this long is over. */
export const idleMs = 30 * 60_000
const touchEveryMs = 60_000

export interface SessionRow {
  tokenHash: string
  userId: string
  name: string
  email: string
  expiresAt: Date
  lastSeenAt: Date
}

const idleSince = (now: Date) => new Date(now.getTime() - idleMs)

/** Begins a session of a person who has proved who they are. Answers the token for the cookie; only its hash is kept. */
export async function startSession(userId: string, now: Date): Promise<{ token: string; expiresAt: Date }> {
  const token = newToken()
  const expiresAt = new Date(now.getTime() + sessionMs)
  await storeSession({ token, userId, expiresAt, now })
  return { token, expiresAt }
}

export async function storeSession(session: { token: string; userId: string; expiresAt: Date; now: Date }) {
  const { token, userId, expiresAt, now } = session
  await authDatabase()
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), or(lt(sessions.expiresAt, now), lt(sessions.lastSeenAt, idleSince(now)))))
  await authDatabase()
    .insert(sessions)
    .values({ tokenHash: hashToken(token), userId, createdAt: now, expiresAt, lastSeenAt: now })
}

/** The session and its person, read fresh, or null when it is over. Does not count as use. */
export async function findSession(tokenHash: string, now: Date): Promise<SessionRow | null> {
  const [row] = await authDatabase()
    .select({
      tokenHash: sessions.tokenHash,
      userId: users.id,
      name: users.name,
      email: users.email,
      expiresAt: sessions.expiresAt,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now), gt(sessions.lastSeenAt, idleSince(now))))
  return row ?? null
}

/** Notes that the person did something; writes at most once a minute. */
export async function touchSession(session: SessionRow, now: Date): Promise<void> {
  if (now.getTime() - session.lastSeenAt.getTime() < touchEveryMs) return
  await authDatabase().update(sessions).set({ lastSeenAt: now }).where(eq(sessions.tokenHash, session.tokenHash))
}

export async function endSession(tokenHash: string): Promise<void> {
  await authDatabase().delete(sessions).where(eq(sessions.tokenHash, tokenHash))
}
