import { sql } from 'drizzle-orm'
import { acrossTenants, type Tx } from '../access.ts'
import { outboxKinds } from './contract.ts'
import type { WaitsFor } from './rules.ts'
import { isLateFailure } from './take-back-late.ts'

/**
 * The evaluator: for every open ring of a rollout whose counters moved, looks whether `judgeRing` would change something, and tells the
 * ring's workflow through the outbox. Its beat lets the door give permits: an evaluator silent for 60 s means that nothing starts ungated.
 * Mirrors `judgeGate` (rules.ts); `mark-changed-rings.db.test.ts` holds the two together.
 */
export async function markChangedRings(at: Date): Promise<number> {
  // By itself: a ring that is being reported on must not hold the beat up.
  await acrossTenants('beat of the evaluator', (tx) =>
    tx.execute(sql`insert into worker_beats (name, at) values ('evaluator', ${at.toISOString()}::timestamptz)
      on conflict (name) do update set at = greatest(worker_beats.at, excluded.at)`),
  )
  const dirty = await acrossTenants('rings to evaluate', (tx) =>
    tx.execute<RingKey>(sql`
      select g.msp_id, g.rollout_id, g.position from rollout_rings g where not ${isLateFailure}
        and (g.is_dirty or (g.state = 'open' and exists (select from ring_patches p
          join rollouts r on r.msp_id = p.msp_id and r.id = p.rollout_id and r.state = 'running' and not r.is_stopped where p.msp_id = g.msp_id and p.rollout_id = g.rollout_id
          and p.position = g.position and ${isHeardAtLast(at)})))
        -- Told already and not heard yet: the ring stays dirty until then, and one row waits however long Temporal is away.
        and not exists (select from outbox b where b.msp_id = g.msp_id and b.stream = g.rollout_id and b.sent_at is null
          and b.kind = ${outboxKinds.ringChanged})
      limit ${ringsARound}`),
  )
  let told = 0
  const faults: unknown[] = []
  // One ring a transaction: no lock is held while another is waited for, and no ring suffers from the fault of another.
  for (const ring of dirty)
    told += await acrossTenants('gate evaluation', (tx) => lookAt(tx, at, ring)).catch((fault) => {
      faults.push(fault)
      return 0
    })
  if (faults.length > 0) throw faults[0]
  return told
}

interface RingKey extends Record<string, unknown> {
  msp_id: string
  rollout_id: string
  position: number
}

const ringsARound = 500

/** Gate `p` has soaked and waits for its silent devices, or asks a person because of them. */
const isAwaitingSilent = sql`(p.verdict in ('soaking', 'asking') and p.waits_for = ${'silent' satisfies WaitsFor})`

/**
 * Gate `p` has soaked, waited for its silent devices, and enough of them are back. Not at the very end of the soak: then the workflow's own
 * timer judges.
 */
const isHeardAtLast = (at: Date) => sql`(${isAwaitingSilent}
  and p.soak_ends_at <= ${at.toISOString()}::timestamptz and p.proved_needed <= (select count(*) from (
    select from plan_items i join device_heartbeats h on h.msp_id = i.msp_id and h.device_id = i.device_id and h.seen_at >= p.soak_ends_at
    where i.msp_id = p.msp_id and i.rollout_id = p.rollout_id and i.position = p.position and i.patch_id = p.patch_id and i.state = 'proved'
    limit p.proved_needed) as heard))`

async function lookAt(tx: Tx, at: Date, ring: RingKey): Promise<number> {
  // Waits for reports that are being counted here. What they counted is seen by the next statement, never by this one.
  const cleared = await tx.execute(sql`update rollout_rings g set is_dirty = false where g.msp_id = ${ring.msp_id}
    and g.rollout_id = ${ring.rollout_id} and g.position = ${ring.position} and not ${isLateFailure} returning 1`)
  if (cleared.length === 0) return 0
  const rows = await tx.execute(sql`
      with moved as (
        select o.msp_id, o.rollout_id, o.position from rollout_rings o
          join rollouts r on r.msp_id = o.msp_id and r.id = o.rollout_id and r.state = 'running'
        where o.state = 'open' and o.msp_id = ${ring.msp_id} and o.rollout_id = ${ring.rollout_id}
          and (not exists (select from ring_patches p where p.msp_id = o.msp_id and p.rollout_id = o.rollout_id and p.position = o.position
            and p.verdict not in ('pass', 'fail', 'skipped'))
          or exists (select from ring_patches p where p.msp_id = o.msp_id and p.rollout_id = o.rollout_id and (
            -- Over the limit in any ring, also one that has passed: the open ring takes it back everywhere.
            (p.failed > p.failure_limit and p.roll_back_at is null)
            or (p.position = o.position and (
              (p.is_stopped and p.verdict not in ('pass', 'fail', 'skipped'))
              or (p.is_confirmed and not r.is_stopped and p.verdict not in ('pass', 'fail', 'skipped'))
              or (o.is_promoted and not r.is_stopped and (p.verdict = 'soaking' or ${isAwaitingSilent}))
              or (not r.is_stopped and ${isHeardAtLast(at)})
              -- The minimum was reached, or lost again, since the verdict.
              or (p.proved >= p.proved_needed and p.proved_needed > 0) <> case p.verdict
                when 'collecting' then false
                when 'soaking' then true
                when 'asking' then p.waits_for <> ${'proofs' satisfies WaitsFor}
                else p.proved >= p.proved_needed and p.proved_needed > 0 end)))))
      )
      insert into outbox (msp_id, stream, kind, payload, created_at)
      select msp_id, rollout_id, ${outboxKinds.ringChanged}, jsonb_build_object('rolloutId', rollout_id, 'position', position), ${at.toISOString()}::timestamptz
      from moved returning 1`)
  return rows.length
}
