import { and, eq, lt, or, sql } from 'drizzle-orm'
import { rollouts } from '../../db/schema/rollouts.ts'
import { read } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { findRolloutRows, type RolloutListRow } from './find-rollout-rows.ts'
import type { ListRollouts } from './schema.ts'

const pageSize = 30

export interface RolloutList {
  rows: RolloutListRow[]
  /** Key of the next page; null at the end. */
  next: string | null
  asOf: Date
}

/** Rollouts of the clients one may see, newest first. Reads counters only: its cost does not grow with the size of a ring. */
export function listRollouts(ctx: Context, input: ListRollouts): Promise<RolloutList> {
  return read(ctx, 'rollout:read', async (tx) => {
    if (input.clientId) await getClientRow(tx, input.clientId)
    const [at, id] = input.after?.split('_') ?? []
    const before =
      at && id
        ? or(
            lt(rollouts.startedAt, new Date(at)),
            and(eq(rollouts.startedAt, new Date(at)), sql`${rollouts.id} < ${id}::uuid`),
          )
        : undefined
    const where = and(input.clientId ? eq(rollouts.clientId, input.clientId) : undefined, before)
    const found = await findRolloutRows(tx, { where, limit: pageSize + 1, now: ctx.now })
    const rows = found.slice(0, pageSize)
    const last = rows.at(-1)
    return {
      rows,
      next: found.length > pageSize && last ? `${last.startedAt.toISOString()}_${last.id}` : null,
      asOf: ctx.now,
    }
  })
}
