import { cookies, headers } from 'next/headers'
import { endStreamsOf } from '../live/hub.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { rotateSession } from './rotate-session.ts'
import { methodNames } from './rules.ts'
import { endSession, type SessionRow, type SessionStart, startSession } from './sessions.ts'
import { authDatabase, hasSecureCookies, sessionCookieName } from './store.ts'
import { tellMsps } from './tell-msps.ts'
import { visitOf } from './visit.ts'

/**
 * Begins a session in the browser of this request, under a new token, and tells it to the person's MSPs once it is a full one. Whoever was
 * signed in here before is not any more: a session never goes up a stage, it is replaced. Answers the key of its row.
 */
export async function beginOwnSession(start: SessionStart, now: Date): Promise<{ tokenHash: string }> {
  const former = (await cookies()).get(sessionCookieName())?.value
  const from = start.from ?? visitOf(await headers(), now)
  const session = await startSession({ ...start, from }, now)
  if (former) {
    const tokenHash = hashToken(former)
    await endSession(tokenHash)
    endStreamsOf({ tokenHash })
  }
  if (start.stage === 'full') {
    const { userId, method } = start
    const details = { method, address: from.address }
    await tellMsps(authDatabase(), {
      userId,
      action: 'session:begin',
      at: now,
      reason: methodNames[method] ?? '',
      details,
    })
  }
  await keepToken(session)
  return { tokenHash: hashToken(session.token) }
}

/** Goes on with the session of this browser as one that was proved just now, under a new token. */
export async function renewOwnSession(session: SessionRow, method: string, now: Date): Promise<void> {
  await keepToken(await rotateSession(session, method, now))
  endStreamsOf(session)
}

async function keepToken({ token, expiresAt }: { token: string; expiresAt: Date }): Promise<void> {
  const jar = await cookies()
  jar.set(sessionCookieName(), token, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: hasSecureCookies(),
    expires: expiresAt,
  })
}
