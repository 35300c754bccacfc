import { cookies } from 'next/headers'
import NextAuth from 'next-auth'
import { nextAuthConfig } from './next-auth-config.ts'
import { hashToken } from './secret-token.ts'
import { findSession, touchSession } from './sessions.ts'
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
 */
export async function findSignedIn({ isActivity = true } = {}): Promise<SignedIn | null> {
  const token = (await cookies()).get(sessionCookieName())?.value
  if (!token) return null
  const userId = (await nextAuth.auth())?.user?.id
  if (!userId) return null
  const now = new Date()
  const session = await findSession(hashToken(token), now)
  if (!session || session.userId !== userId) return null
  if (isActivity) await touchSession(session, now)
  return { userId, name: session.name, email: session.email, tokenHash: session.tokenHash }
}

/** Ends the session of this request: deletes its row and the cookie. */
export async function signOut(): Promise<void> {
  await nextAuth.signOut({ redirect: false })
}
