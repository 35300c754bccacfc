import { sql } from 'drizzle-orm'
import { acrossTenants } from '../access.ts'
import { outboxKinds } from './contract.ts'

/**
 * The evaluator: for every open ring whose counters moved, looks whether a verdict would change, and tells the ring's workflow through
 * the outbox. Its beat lets the door give permits: an evaluator silent for 60 s means that nothing starts ungated.
 */
export function markChangedRings(at: Date): Promise<number> {
  return acrossTenants('gate evaluation', async (tx) => {
    await tx.execute(sql`insert into worker_beats (name, at) values ('evaluator', ${at.toISOString()}::timestamptz)
      on conflict (name) do update set at = greatest(worker_beats.at, excluded.at)`)
    const rows = await tx.execute(sql`
      with dirty as (
        update rollout_rings g set is_dirty = false where g.is_dirty returning g.msp_id, g.rollout_id, g.position, g.state
      ), moved as (
        select distinct d.msp_id, d.rollout_id, d.position from dirty d
          join ring_patches p on p.msp_id = d.msp_id and p.rollout_id = d.rollout_id and p.position = d.position
        where d.state = 'open' and (
          (p.verdict not in ('pass', 'fail', 'skipped') and (p.is_stopped or p.failed > p.failure_limit or p.is_confirmed))
          or (p.verdict = 'collecting' and p.proved >= p.proved_needed and p.proved_needed > 0)
          or (p.verdict in ('soaking', 'asking') and p.proved < p.proved_needed)
          or (p.verdict = 'soaking' and exists (select from rollout_rings g where g.msp_id = d.msp_id and g.rollout_id = d.rollout_id
            and g.position = d.position and g.is_promoted)))
      )
      insert into outbox (msp_id, stream, kind, payload, created_at)
      select msp_id, rollout_id, ${outboxKinds.ringChanged}, jsonb_build_object('rolloutId', rollout_id, 'position', position), ${at.toISOString()}::timestamptz
      from moved returning 1`)
    return rows.length
  })
}
