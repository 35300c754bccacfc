import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { uuids } from '../uuid-array.ts'

/** Counts anew what these devices failed at (rule: db/functions/count-failed.sql). Call it after items moved to or from a failure. */
export async function recountFailed(tx: Tx, ctx: Context, deviceIds: readonly string[]): Promise<void> {
  if (deviceIds.length === 0) return
  await tx.execute(sql`select door.recount_failed(${ctx.mspId}::uuid, ${uuids(deviceIds)})`)
}
