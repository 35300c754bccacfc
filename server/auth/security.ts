import { eq } from 'drizzle-orm'
import { totpFactors } from '../../db/schema/auth.ts'
import { DomainError } from '../errors.ts'
import { maySeeOwn } from './linked-directories.ts'
import { listOwnSessions } from './own-sessions.ts'
import { listPasskeys } from './passkeys.ts'
import { findPassword } from './passwords.ts'
import { describeBrowser } from './rules.ts'
import type { SessionRow } from './sessions.ts'
import { authDatabase } from './store.ts'
import { countFullWays, findWaysIn } from './ways-in.ts'

/**
 * What a person has set up and where they are signed in: theirs only, without anything that could sign somebody in. `step-up` for a session that
 * speaks for some of their companies only (`maySeeOwn`).
 */
export async function getSecurity(session: SessionRow, now: Date) {
  if (!(await maySeeOwn(session))) throw new DomainError('step-up', 'Prove first that it is you. Then go on.')
  const { userId, name, email, mayResetPassword } = session
  const [totp] = await authDatabase()
    .select({ addedAt: totpFactors.createdAt })
    .from(totpFactors)
    .where(eq(totpFactors.userId, userId))
  const password = await findPassword(userId)
  const ways = await findWaysIn(userId)
  const sessions = await listOwnSessions(session, now)
  return {
    person: { name, email },
    password: password ? { changedAt: password.changedAt } : null,
    /** A new one may be chosen without the old one. */
    mayResetPassword,
    totp: totp ?? null,
    passkeys: await listPasskeys(userId),
    recoveryCodesLeft: ways.recoveryCodesLeft,
    /** A factor that is removed now would be the last way in. */
    isLastWay: countFullWays(ways) <= 1,
    sessions: sessions.map(({ userAgent, ...each }) => ({ ...each, browser: describeBrowser(userAgent) })),
  }
}
export type Security = Awaited<ReturnType<typeof getSecurity>>
