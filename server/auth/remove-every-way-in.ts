import { eq } from 'drizzle-orm'
import {
  identities,
  passkeyChallenges,
  passkeys,
  passwords,
  recoveryCodes,
  sessions,
  signInLinks,
  totpFactors,
} from '../../db/schema/auth.ts'
import { endStreamsOf } from '../live/hub.ts'
import { authDatabase, lockPerson } from './store.ts'

/**
 * Takes everything away by which a person comes in or is in: password, factors, codes, linked accounts, links and sessions. All or nothing,
 * in turn with `changeWaysIn` and `startSession`: what was being added at that moment goes too, and nobody comes in by what went.
 */
export async function removeEveryWayIn(userId: string): Promise<void> {
  const ended = await authDatabase().transaction(async (tx) => {
    await lockPerson(tx, userId)
    // Links that were used too: what a session is about to begin from does not stand any more.
    for (const table of [passwords, identities, totpFactors, passkeys, recoveryCodes, passkeyChallenges, signInLinks])
      await tx.delete(table).where(eq(table.userId, userId))
    return tx.delete(sessions).where(eq(sessions.userId, userId)).returning({ tokenHash: sessions.tokenHash })
  })
  for (const session of ended) endStreamsOf(session)
}
