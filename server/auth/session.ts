import { cookies } from 'next/headers'
import NextAuth from 'next-auth'
import { hashToken } from '../secrets/secret-token.ts'
import { nextAuthConfig } from './next-auth-config.ts'
import { endSession, findSession, type SessionRow, touchSession } from './sessions.ts'
import { authDatabase, sessionCookieName } from './store.ts'
import { tellMsps } from './tell-msps.ts'

const nextAuth = NextAuth(() => nextAuthConfig())

/**
 * Who sends this request, or null: nobody, or somebody whose second factor is still due. What next-auth answers is never believed by
 * being truthy: its user id must be that of a live session row. Requests that a page makes by itself (refetches, streams) pass
 * `isActivity: false`: they do not keep a session alive. Throws when the database does not answer: nobody is sent away for that.
 */
export async function findSignedIn({ isActivity = true } = {}): Promise<SessionRow | null> {
  const session = await findOwnSession()
  if (session?.stage !== 'full') return null
  const userId = (await nextAuth.auth())?.user?.id
  const now = new Date()
  if (session.userId !== userId) {
    // The database may have gone in between: then this throws.
    await findSession(session.tokenHash, now)
    return null
  }
  if (isActivity) await touchSession(session, now)
  return session
}

/** The live session of this request's cookie at whatever stage, or null: for the pages that lead to a full one. */
export async function findOwnSession(now: Date = new Date()): Promise<SessionRow | null> {
  const token = (await cookies()).get(sessionCookieName())?.value
  // Our own rows: next-auth swallows what its adapter throws and answers as if nobody were signed in.
  return token ? findSession(hashToken(token), now) : null
}

/**
 * Ends the session of this request: deletes its row and the cookie. Answers the key of the row, if there was a cookie. Throws, with
 * the cookie left, when the database does not answer: a session that lives on is never called ended.
 */
export async function signOut(): Promise<string | null> {
  const token = (await cookies()).get(sessionCookieName())?.value
  const tokenHash = token ? hashToken(token) : null
  const session = tokenHash ? await findSession(tokenHash, new Date()) : null
  if (tokenHash) await endSession(tokenHash)
  if (session?.stage === 'full') {
    const { userId } = session
    await tellMsps(authDatabase(), { userId, action: 'session:end', at: new Date(), reason: 'signed out' })
  }
  await nextAuth.signOut({ redirect: false })
  return tokenHash
}
