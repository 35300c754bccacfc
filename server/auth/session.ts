import { cookies } from 'next/headers'
import NextAuth from 'next-auth'
import { nextAuthConfig } from './next-auth-config.ts'
import { hashToken } from './secret-token.ts'
import { endSession, findSession, touchSession } from './sessions.ts'
import { sessionCookieName } from './store.ts'

const nextAuth = NextAuth(() => nextAuthConfig())

export interface SignedIn {
  userId: string
  name: string
  email: string
  /** Key of the session's row: what a long-lived stream asks again with. */
  tokenHash: string
}

/**
 * Who sends this request, or null. What next-auth answers is never believed by being truthy: its user id must be that of a live
 * session row. Requests that a page makes by itself (refetches, streams) pass `isActivity: false`: they do not keep a session alive.
 * Throws when the database does not answer: nobody is sent away for that.
 */
export async function findSignedIn({ isActivity = true } = {}): Promise<SignedIn | null> {
  const token = (await cookies()).get(sessionCookieName())?.value
  if (!token) return null
  const now = new Date()
  const tokenHash = hashToken(token)
  // Our own rows first: next-auth swallows what its adapter throws and answers as if nobody were signed in.
  const session = await findSession(tokenHash, now)
  if (!session) return null
  const userId = (await nextAuth.auth())?.user?.id
  if (session.userId !== userId) {
    // The database may have gone in between: then this throws.
    await findSession(tokenHash, now)
    return null
  }
  if (isActivity) await touchSession(session, now)
  return { userId, name: session.name, email: session.email, tokenHash: session.tokenHash }
}

/**
 * Ends the session of this request: deletes its row and the cookie. Answers the key of the row, if there was a cookie. Throws, with
 * the cookie left, when the database does not answer: a session that lives on is never called ended.
 */
export async function signOut(): Promise<string | null> {
  const token = (await cookies()).get(sessionCookieName())?.value
  const tokenHash = token ? hashToken(token) : null
  if (tokenHash) await endSession(tokenHash)
  await nextAuth.signOut({ redirect: false })
  return tokenHash
}
