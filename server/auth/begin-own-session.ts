import { cookies } from 'next/headers'
import { endStreamsOf } from '../live/hub.ts'
import { hashToken } from './secret-token.ts'
import { endSession, type SessionStart, startSession } from './sessions.ts'
import { hasSecureCookies, sessionCookieName } from './store.ts'

/**
 * Begins a session in the browser of this request, under a new token. Whoever was signed in here before is not any more: a session never
 * goes up a stage, it is replaced.
 */
export async function beginOwnSession(start: SessionStart, now: Date): Promise<void> {
  const jar = await cookies()
  const former = jar.get(sessionCookieName())?.value
  const session = await startSession(start, now)
  if (former) {
    const tokenHash = hashToken(former)
    await endSession(tokenHash)
    endStreamsOf({ tokenHash })
  }
  jar.set(sessionCookieName(), session.token, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: hasSecureCookies(),
    expires: session.expiresAt,
  })
}
