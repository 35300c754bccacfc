import { sql } from 'drizzle-orm'
import type { Tx } from '../access.ts'

/** Which kinds of need there can be at all: what names them is asked for only then. */
export interface Signs extends Record<string, unknown> {
  isStopped: boolean
  hasHold: boolean
  hasProposal: boolean
  hasException: boolean
  hasFeedback: boolean
  hasAskingGate: boolean
  hasFailedGate: boolean
  hasRollback: boolean
  hasShutWindow: boolean
}

/** One look at small indexes: most of the time most answers are no. Must not say no where a finder below would find something. */
export async function findSigns(tx: Tx, now: Date): Promise<Signs> {
  const at = sql`${now.toISOString()}::timestamptz`
  const [signs] = await tx.execute<Signs>(sql`
    with running as materialized (select msp_id, id from rollouts where state = 'running')
    select exists (select from msps where changes_stopped_at is not null) as "isStopped",
      exists (select from holds where lifted_at is null and source in ('gate', 'breaker')) as "hasHold",
      exists (select from proposals where decision is null and expires_at > ${at}) as "hasProposal",
      exists (select from exceptions where ended_at is null and expires_at > ${at}) as "hasException",
      exists (select from feedbacks where is_broken and seen_at is null) as "hasFeedback",
      exists (select from running o join ring_patches g on g.msp_id = o.msp_id and g.rollout_id = o.id and g.verdict = 'asking') as "hasAskingGate",
      exists (select from running o join ring_patches g on g.msp_id = o.msp_id and g.rollout_id = o.id and g.failed > 0) as "hasFailedGate",
      exists (select from ring_patches where roll_back_at is not null) as "hasRollback",
      exists (select from running o join ring_windows w on w.msp_id = o.msp_id and w.rollout_id = o.id
        and w.closes_at <= ${at} and w.closes_at > ${at} - interval '1 day') as "hasShutWindow"`)
  if (!signs) throw new Error('looking gave no row')
  return signs
}
