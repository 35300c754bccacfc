import type { NextAuthConfig } from 'next-auth'
import { adapter } from './adapter.ts'
import { sessionMs } from './sessions.ts'
import { authSettings, hasSecureCookies, sessionCookieName } from './store.ts'

/** Database sessions, no provider: next-auth reads and ends sessions; ours begin in `begin-own-session.ts`. */
export function nextAuthConfig(): NextAuthConfig {
  return {
    adapter,
    providers: [],
    secret: authSettings().secret,
    trustHost: true,
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    // updateAge = maxAge: no request moves the end of a session.
    session: { strategy: 'database', maxAge: sessionMs / 1000, updateAge: sessionMs / 1000 },
    useSecureCookies: hasSecureCookies(),
    cookies: {
      sessionToken: {
        name: sessionCookieName(),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: hasSecureCookies() },
      },
    },
    callbacks: {
      // Named one by one: with database sessions the default would hand the token to the browser's scripts.
      session: ({ session, user }) => ({
        expires: new Date(session.expires).toISOString(),
        user: { id: user.id, name: user.name },
      }),
    },
  }
}
