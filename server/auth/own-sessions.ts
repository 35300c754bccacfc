import { createHash } from 'node:crypto'
import { and, desc, eq, gt } from 'drizzle-orm'
import { sessions } from '../../db/schema/auth.ts'
import { notFound } from '../errors.ts'
import { endStreamsOf } from '../live/hub.ts'
import { rotationMs } from './rotate-session.ts'
import { idleMs, type SessionRow } from './sessions.ts'
import { authDatabase } from './store.ts'
import { tellMsps } from './tell-msps.ts'
import type { Visit } from './visit.ts'

export interface OwnSession {
  id: string
  isThis: boolean
  stage: SessionRow['stage']
  method: string
  address: string
  userAgent: string
  createdAt: Date
  lastSeenAt: Date
}

/** A name for a session that is not the key of its row. */
const idOf = (tokenHash: string) => createHash('sha256').update(`session ${tokenHash}`).digest('hex').slice(0, 24)

/** The live sessions of the person, this one first, then by last use. */
export async function listOwnSessions(session: SessionRow, now: Date): Promise<OwnSession[]> {
  const rows = await liveSessions(session.userId, now)
  return rows
    .map(({ tokenHash, ...row }) => ({ ...row, id: idOf(tokenHash), isThis: tokenHash === session.tokenHash }))
    .sort((a, b) => Number(b.isThis) - Number(a.isThis))
}

function liveSessions(userId: string, now: Date) {
  return authDatabase()
    .select({
      tokenHash: sessions.tokenHash,
      stage: sessions.stage,
      method: sessions.method,
      address: sessions.address,
      userAgent: sessions.userAgent,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        // One that was replaced lives on for a moment; nobody signed in twice.
        gt(sessions.expiresAt, new Date(now.getTime() + rotationMs)),
        gt(sessions.lastSeenAt, new Date(now.getTime() - idleMs)),
      ),
    )
    .orderBy(desc(sessions.lastSeenAt))
}

/** Ends one other session of the person. `not-found` for one that is over, that is somebody else's, or that is this one. */
export async function revokeSession(session: SessionRow, id: string, visit: Visit): Promise<void> {
  const rows = await liveSessions(session.userId, visit.now)
  const found = rows.find(({ tokenHash }) => idOf(tokenHash) === id && tokenHash !== session.tokenHash)
  if (!found) throw notFound('This session')
  await authDatabase().transaction(async (tx) => {
    await tx.delete(sessions).where(eq(sessions.tokenHash, found.tokenHash))
    const details = { address: found.address }
    const { userId } = session
    await tellMsps(tx, { userId, action: 'session:end', at: visit.now, reason: 'ended from another session', details })
  })
  endStreamsOf(found)
}
