import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'

/**
 * What one person, or a key of theirs, does of one kind goes one after the other, each to its commit: whoever asks in parallel is counted
 * as who asks in turn (`findSplit`, `countParts`). First of all in a verb that asks a second person, before it reads or locks a row.
 */
export async function lockOwnActs(tx: Tx, { mspId, actor }: Context, action: string): Promise<void> {
  if (actor.kind === 'system') return
  const acts = `acts ${mspId} ${actor.userId} ${action}`
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${acts}, 7085))`)
}
