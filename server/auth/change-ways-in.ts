import { requireStanding, type SessionRow, sessionStands } from './sessions.ts'
import { type AuthTx, authDatabase, lockPerson } from './store.ts'

/**
 * Every change that a person makes to their ways in: in one transaction, in turn with all others about the same person, and only if the
 * session that asks for it still stands by then. `forbidden` for one that ended while it waited.
 */
export function changeWaysIn<T>(
  { userId, tokenHash }: Pick<SessionRow, 'userId' | 'tokenHash'>,
  work: (tx: AuthTx) => Promise<T>,
): Promise<T> {
  return authDatabase().transaction(async (tx) => {
    await lockPerson(tx, userId)
    const value = await work(tx)
    await requireStanding(tx, sessionStands(tokenHash))
    return value
  })
}
