import { requireStanding, sessionStands } from './sessions.ts'
import { authDatabase, lockPerson } from './store.ts'

/**
 * Does `work`, which has a transaction of its own, while nobody changes this person's ways in, and only if the session it comes from still
 * stands by then: who takes everything away finds what it made, and nothing is made afterwards. `forbidden` for a session that ended.
 */
export function whileStanding<T>(
  { userId, tokenHash }: { userId: string; tokenHash?: string },
  work: () => Promise<T>,
): Promise<T> {
  return authDatabase().transaction(async (tx) => {
    await lockPerson(tx, userId)
    if (tokenHash) await requireStanding(tx, sessionStands(tokenHash))
    return work()
  })
}
