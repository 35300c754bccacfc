import { and, eq, gt, lt, or } from 'drizzle-orm'
import { sessions, users } from '../../db/schema/auth.ts'
import { DomainError } from '../errors.ts'
import { hashToken, newToken } from '../secrets/secret-token.ts'
import { judgedStage } from './one-factor.ts'
import { type AuthTx, authDatabase, lockPerson } from './store.ts'

/** A session ends this long after it began, however busy. */
export const sessionMs = 8 * 3_600_000
/** A session that nobody used for this long is over. */
export const idleMs = 30 * 60_000
const touchEveryMs = 60_000

/** A session that lacks its second factor lives this long; one that is to add its first factor, longer. */
const stageMs = { full: sessionMs, 'second-factor': 10 * 60_000, enrol: 60 * 60_000 } as const
/** `full` opens the product; the others open one page: show the second factor, or add one. */
export type Stage = keyof typeof stageMs

/** How a person proved who they are. */
export type SignInMethod =
  | 'link'
  | 'password'
  | 'recovery'
  | 'invitation'
  | 'totp'
  | 'recovery-code'
  | 'passkey'
  | 'directory'

export interface SessionRow {
  tokenHash: string
  userId: string
  name: string
  email: string
  createdAt: Date
  expiresAt: Date
  lastSeenAt: Date
  stage: Stage
  method: string
  provedAt: Date | null
  directory: { provider: string; tenant: string } | null
  /** Began full by a password alone. At another stage it was that, and fell: one of its companies asks for more now. */
  hasOneFactor: boolean
  mayResetPassword: boolean
}

/** Is it still there? Asked under the lock on the person. */
export type Stands = (tx: AuthTx) => Promise<boolean>

/** What a session begins with. */
export interface SessionStart {
  userId: string
  stage: Stage
  method: SignInMethod
  directory?: { provider: string; tenant: string } | null
  /** A password alone was enough for it (`one-factor.ts`). */
  hasOneFactor?: boolean
  mayResetPassword?: boolean
  /** When they proved it, where that was not now: a directory may have known them since the morning. */
  provedAt?: Date | null
  /** What was proved: looked at once more when the session begins, since a reset may have taken it away in between. */
  stands?: Stands
  /** Where from and with what, as the person will read it in their list of sessions. */
  from?: { address: string; userAgent: string }
}

const idleSince = (now: Date) => new Date(now.getTime() - idleMs)

/** A session that is still there, whatever its stage: what comes of it is done under the lock on its person. */
export const sessionStands =
  (tokenHash: string): Stands =>
  async (tx) =>
    (await tx.select({ stage: sessions.stage }).from(sessions).where(eq(sessions.tokenHash, tokenHash))).length > 0

/** Throws `forbidden` for what was taken away meanwhile: whoever did that meant it. */
export async function requireStanding(tx: AuthTx, stands: Stands): Promise<void> {
  if (!(await stands(tx))) throw new DomainError('forbidden', 'Sign in to go on.')
}

/**
 * Begins a session of a person who has proved who they are, so far as `stage` says. Answers the token for the cookie; only its hash is kept.
 * `forbidden` where what they proved does not stand any more.
 */
export async function startSession(start: SessionStart, now: Date): Promise<{ token: string; expiresAt: Date }> {
  const {
    userId,
    stage,
    method,
    directory,
    mayResetPassword = false,
    hasOneFactor = false,
    provedAt = now,
    from,
    stands,
  } = start
  const token = newToken()
  const expiresAt = new Date(now.getTime() + stageMs[stage])
  await authDatabase().transaction(async (tx) => {
    await lockPerson(tx, userId)
    if (stands) await requireStanding(tx, stands)
    await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), or(lt(sessions.expiresAt, now), lt(sessions.lastSeenAt, idleSince(now)))))
    await tx.insert(sessions).values({
      tokenHash: hashToken(token),
      userId,
      createdAt: now,
      expiresAt,
      lastSeenAt: now,
      stage,
      method,
      hasOneFactor,
      provedAt: stage === 'full' ? provedAt : null,
      identityProvider: directory?.provider ?? null,
      identityTenant: directory?.tenant ?? null,
      mayResetPassword,
      address: from?.address ?? '',
      userAgent: (from?.userAgent ?? '').slice(0, 300),
    })
  })
  return { token, expiresAt }
}

/**
 * The session and its person, read fresh, whatever its stage, or null when it is over. Does not count as use. One that is full by a password
 * alone is judged anew each time: where that is not enough any more, it stands where its password led. None ever goes up by it.
 */
export async function findSession(tokenHash: string, now: Date): Promise<SessionRow | null> {
  const [row] = await authDatabase()
    .select({
      tokenHash: sessions.tokenHash,
      userId: users.id,
      name: users.name,
      email: users.email,
      createdAt: sessions.createdAt,
      expiresAt: sessions.expiresAt,
      lastSeenAt: sessions.lastSeenAt,
      stage: sessions.stage,
      method: sessions.method,
      hasOneFactor: sessions.hasOneFactor,
      provedAt: sessions.provedAt,
      provider: sessions.identityProvider,
      tenant: sessions.identityTenant,
      mayResetPassword: sessions.mayResetPassword,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now), gt(sessions.lastSeenAt, idleSince(now))))
  if (!row) return null
  const { provider, tenant, ...session } = row
  const stage = session.hasOneFactor && session.stage === 'full' ? await judgedStage(session.userId) : session.stage
  return { ...session, stage, directory: provider && tenant ? { provider, tenant } : null }
}

/** The same for the product itself: null also while the second factor is due. */
export async function findFullSession(tokenHash: string, now: Date): Promise<SessionRow | null> {
  const session = await findSession(tokenHash, now)
  return session?.stage === 'full' ? session : null
}

/** Notes that the person did something; writes at most once a minute. */
export async function touchSession(session: SessionRow, now: Date): Promise<void> {
  if (now.getTime() - session.lastSeenAt.getTime() < touchEveryMs) return
  await authDatabase().update(sessions).set({ lastSeenAt: now }).where(eq(sessions.tokenHash, session.tokenHash))
}

export async function endSession(tokenHash: string): Promise<void> {
  await authDatabase().delete(sessions).where(eq(sessions.tokenHash, tokenHash))
}
