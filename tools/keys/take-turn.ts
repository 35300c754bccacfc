import { sql } from 'drizzle-orm'
import { acrossTenants } from '../../server/access.ts'

/**
 * Runs `work` while no other rotation does, wherever on this database: of two, each would write the file and only one the root. Throws a
 * sentence when one runs.
 */
export function takeTurn<T>(work: () => Promise<T>): Promise<T> {
  return acrossTenants('the turn of a rotation', async (tx) => {
    const [row] = await tx.execute<{ isMine: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended('rotation of signing keys', 0)) as "isMine"`,
    )
    // The turn lasts as long as the work, in which this transaction says nothing.
    await tx.execute(sql`set local idle_in_transaction_session_timeout = 0`)
    if (!row?.isMine) throw new Error('Another rotation runs just now: ask again when it has ended.')
    return await work()
  })
}
