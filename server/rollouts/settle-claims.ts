import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'

/**
 * Lets go of what can go no further in a rollout (db/functions/settle-claims.sql has the one rule). Call it last, after an item, a gate,
 * a ring or the rollout came to an end.
 */
export async function settleClaims(tx: Tx, ctx: Context, rolloutId: string): Promise<void> {
  await tx.execute(
    sql`select door.settle_claims(${ctx.now.toISOString()}::timestamptz, ${ctx.mspId}::uuid, ${rolloutId}::uuid, null)`,
  )
}
