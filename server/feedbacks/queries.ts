import { eq, type SQL, sql } from 'drizzle-orm'
import { feedbacks } from '../../db/schema/feedbacks.ts'
import { read, type Tx } from '../access.ts'
import { type Can, no, yes } from '../can.ts'
import type { Context } from '../context.ts'
import { missingPermission } from '../permissions.ts'
import { getRolloutRow } from '../rollouts/rollout-rows.ts'
import type { SeeFeedback } from './schema.ts'

/** So long after a rollout last changed a computer its client is asked. */
export const askedDays = 7

export interface AskedRollout {
  rolloutId: string
  /** Computers that it changed. */
  computers: number
  /** When it last changed one. */
  changedAt: Date
}

/** Rollouts that changed computers of a client in the last week and of which nobody said yet how it went, the newest first. */
export async function findAskedRollouts(tx: Tx, now: Date, where: SQL): Promise<AskedRollout[]> {
  const at = sql`${now.toISOString()}::timestamptz`
  const rows = await tx.execute<{ rollout_id: string; computers: number; changed_at: string }>(sql`
    select i.rollout_id, count(distinct i.device_id)::int as computers, to_json(max(greatest(i.proved_at, i.undone_at)))#>>'{}' as changed_at
    from plan_items i where ${where} and (i.proved_at is not null or i.undone_at is not null)
      and not exists (select from feedbacks f where f.msp_id = i.msp_id and f.client_id = i.client_id and f.rollout_id = i.rollout_id)
    group by i.rollout_id having max(greatest(i.proved_at, i.undone_at)) > ${at} - make_interval(days => ${askedDays}::int)
    order by max(greatest(i.proved_at, i.undone_at)) desc`)
  return rows.map((row) => ({
    rolloutId: row.rollout_id,
    computers: row.computers,
    changedAt: new Date(row.changed_at),
  }))
}

export interface Feedback {
  isBroken: boolean
  words: string
  givenBy: string
  givenAt: Date
  seen: { by: string; at: Date } | null
  canSee: Can
}

/** What the client said of a rollout, or null while nobody did. */
export function getFeedback(ctx: Context, { rolloutId }: SeeFeedback): Promise<Feedback | null> {
  return read(ctx, 'rollout:read', async (tx) => {
    const rollout = await getRolloutRow(tx, rolloutId)
    const [row] = await tx.select().from(feedbacks).where(eq(feedbacks.rolloutId, rollout.id))
    if (!row) return null
    const { isBroken, words, givenBy, givenAt, seenAt, seenBy } = row
    const isAllowed = ctx.permissions.has('rollout:see-feedback')
    const canSee = seenAt ? no('Somebody has seen to it.') : yes
    return {
      ...{ isBroken, words, givenBy, givenAt },
      seen: seenAt && { by: seenBy ?? '', at: seenAt },
      canSee: isAllowed ? canSee : no(missingPermission('rollout:see-feedback')),
    }
  })
}
