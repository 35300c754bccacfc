import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'

/**
 * From here on this transaction sees archived clients too, as far as the caller may see them at all. Row-level security leaves them out of
 * everything else that the console asks (policies `web_hides_archived`): only verbs and pages about archived clients themselves call this.
 */
export async function seeArchived(tx: Tx): Promise<void> {
  await tx.execute(sql`select set_config('app.with_archived', 't', true)`)
}

/** Does `work` with archived clients in sight, and nothing after it. Never beside another query of the transaction: that would see them too. */
export async function withArchived<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  const [before] = await tx.execute<{ seen: string | null }>(
    sql`select current_setting('app.with_archived', true) as seen, set_config('app.with_archived', 't', true)`,
  )
  try {
    return await work()
  } finally {
    // Where PostgreSQL has ended the transaction there is nothing to set back, and its own error is the one to hear.
    await tx.execute(sql`select set_config('app.with_archived', ${before?.seen ?? ''}, true)`).catch(() => undefined)
  }
}
