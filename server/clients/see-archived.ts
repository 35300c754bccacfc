import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'

/**
 * From here on this transaction sees archived clients too, as far as the caller may see them at all. Row-level security leaves them out of
 * everything else that the console asks (policies `web_hides_archived`): only verbs and pages about archived clients themselves call this.
 */
export async function seeArchived(tx: Tx): Promise<void> {
  await tx.execute(sql`select set_config('app.with_archived', 't', true)`)
}

/** Does `work` with archived clients in sight, and nothing after it. */
export async function withArchived<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await seeArchived(tx)
  const answer = await work()
  await tx.execute(sql`select set_config('app.with_archived', '', true)`)
  return answer
}
