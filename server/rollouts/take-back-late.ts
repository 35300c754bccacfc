import { sql } from 'drizzle-orm'
import { acrossTenants, perform } from '../access.ts'
import type { Context } from '../context.ts'
import { getRolloutRow } from './rollout-rows.ts'
import { takeBackFailed } from './take-back-failed.ts'

/**
 * For a dirty ring `g`: it failed over its limit while no ring of its rollout is open to be judged: between two rings, or after the end.
 * The ring stays dirty until this sweep has taken the patch back.
 */
export const isLateFailure = sql`(exists (select from rollouts r where r.msp_id = g.msp_id and r.id = g.rollout_id
    and (r.state = 'finished' or (r.state = 'running' and not exists (select from rollout_rings o
      where o.msp_id = g.msp_id and o.rollout_id = g.rollout_id and o.state = 'open'))))
  and exists (select from ring_patches p where p.msp_id = g.msp_id and p.rollout_id = g.rollout_id and p.position = g.position
    and p.failed > p.failure_limit and p.roll_back_at is null))`

/** Holds and takes back what failed when no workflow looks any more. Idempotent. Answers in how many rollouts. */
export async function takeBackLate(contextOf: (mspId: string) => Context): Promise<number> {
  const late = await acrossTenants('failures after the last gate', (tx) =>
    tx.execute<{ msp_id: string; rollout_id: string }>(
      sql`select distinct g.msp_id, g.rollout_id from rollout_rings g where g.is_dirty and ${isLateFailure} limit 200`,
    ),
  )
  for (const { msp_id: mspId, rollout_id: rolloutId } of late) {
    const ctx = contextOf(mspId)
    await perform(ctx, 'rollout:run', async (tx) => {
      const rollout = await getRolloutRow(tx, rolloutId, true)
      return { value: undefined, changes: rollout.state === 'aborted' ? [] : await takeBackFailed(tx, ctx, rollout) }
    })
  }
  return late.length
}
