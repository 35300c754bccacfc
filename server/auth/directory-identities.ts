import { and, eq } from 'drizzle-orm'
import { identities } from '../../db/schema/auth.ts'
import { notFound } from '../errors.ts'
import type { DirectoryProvider } from '../msps/rules.ts'
import { changeWaysIn } from './change-ways-in.ts'
import type { DirectoryIdentity } from './directory-claims.ts'
import { directoryNames } from './directory-settings.ts'
import { endRecoveryLinks } from './factors.ts'
import { findLinked, listLinked } from './linked-directories.ts'
import type { SessionRow } from './sessions.ts'
import { authDatabase } from './store.ts'
import { tellMsps } from './tell-msps.ts'
import { findWaysIn, hasWayIn, requireWayLeft } from './ways-in.ts'

/** Notes that an account was used, and what its directory calls it and its tenant by now. */
export async function noteUse({ provider, subject, tenant, label }: DirectoryIdentity, now: Date): Promise<void> {
  await authDatabase()
    .update(identities)
    .set({ lastUsedAt: now, tenant, label })
    .where(and(eq(identities.provider, provider), eq(identities.subject, subject)))
}

/**
 * Links an account to a person. Answers `taken` when it is somebody else's, `not-first` when `isFirst` was asked for and they have a way in
 * already.
 */
export async function linkIdentity(
  session: SessionRow,
  identity: DirectoryIdentity,
  { isFirst, now }: { isFirst: boolean; now: Date },
): Promise<'linked' | 'had-it' | 'taken' | 'not-first'> {
  const { userId } = session
  return changeWaysIn(session, async (tx) => {
    if (isFirst && hasWayIn(await findWaysIn(userId, tx))) return 'not-first'
    const { provider, subject, tenant, label } = identity
    const [made] = await tx
      .insert(identities)
      .values({ provider, subject, tenant, label, userId, createdAt: now, lastUsedAt: now })
      .onConflictDoNothing()
      .returning({ userId: identities.userId })
    if (!made) return (await findLinked(identity, tx)) === userId ? 'had-it' : 'taken'
    await endRecoveryLinks(tx, userId)
    await tellMsps(tx, { userId, action: 'factor:add', at: now, reason: wordsOf(identity), details: { tenant } })
    return 'linked'
  })
}

/** Takes an account off. `not-found` for what is not theirs, `not-allowed-now` for somebody's last way in. */
export async function unlinkIdentity(
  session: SessionRow,
  { provider, subject }: { provider: DirectoryProvider; subject: string },
  now: Date,
): Promise<void> {
  const { userId } = session
  await changeWaysIn(session, async (tx) => {
    const gone = (await listLinked(userId, tx)).find((one) => one.provider === provider && one.subject === subject)
    if (!gone) throw notFound('This account')
    await tx.delete(identities).where(and(eq(identities.provider, provider), eq(identities.subject, subject)))
    await requireWayLeft(tx, userId)
    await endRecoveryLinks(tx, userId)
    const { tenant } = gone
    await tellMsps(tx, { userId, action: 'factor:remove', at: now, reason: wordsOf(gone), details: { tenant } })
  })
}

const wordsOf = ({ provider, label }: { provider: DirectoryProvider; label: string }) =>
  `${directoryNames[provider]} account${label ? ` ${label}` : ''}`
