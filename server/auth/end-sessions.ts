import { and, eq, ne } from 'drizzle-orm'
import { sessions } from '../../db/schema/auth.ts'
import { endStreamsOf } from '../live/hub.ts'
import { authDatabase, lockPerson } from './store.ts'

/**
 * Ends the sessions of a person, with what their browsers still listen to: all, or all but the one under the token hash `except`. One that
 * begins or is renewed at this moment comes before and ends too, or after. Answers how many ended. In other copies of the web process a stream ends with its next look at its owner's rights.
 */
export async function endSessionsOf(userId: string, { except = '' }: { except?: string } = {}): Promise<number> {
  const ended = await authDatabase().transaction(async (tx) => {
    await lockPerson(tx, userId)
    return tx
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), ne(sessions.tokenHash, except)))
      .returning({ tokenHash: sessions.tokenHash })
  })
  for (const session of ended) endStreamsOf(session)
  return ended.length
}
