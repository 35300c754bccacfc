import { sql } from 'drizzle-orm'
import { acrossTenants, type Tx } from '../access.ts'
import { setBody } from '../rollouts/stage-rollout.ts'

/** An order that was never taken up ends after this. */
const orderDays = 30
/** A device that is away this long is taken back when it returns. */
const rollbackDays = 180
/** A probe counts as failed after so many tries with this pause. */
const probeTries = 3
const probePauseMs = 1_000

/**
 * Makes the orders that the plan allows now, set-based and idempotent: install orders for staged items of open (or passed) rings,
 * rollback orders for what is to be taken back, newest ring first. Answers how many of each were made.
 */
export function dispatchOrders(at: Date): Promise<{ installs: number; rollbacks: number; voided: number }> {
  return acrossTenants('dispatch of work orders', async (tx) => {
    const voided = await voidStopped(tx, at)
    const rollbacks = await makeRollbacks(tx, at)
    const installs = await makeInstalls(tx, at)
    await openForMissed(tx, at)
    return { installs, rollbacks, voided }
  })
}

/** Orders nobody took up that hold a stopped patch: void; the other patches in them get a new order in the next step. */
async function voidStopped(tx: Tx, at: Date): Promise<number> {
  const rows = await tx.execute(sql`
    with stopped as (
      update work_orders o set state = 'void', finished_at = ${at.toISOString()}::timestamptz
      from rollouts r where r.msp_id = o.msp_id and r.id = o.rollout_id and r.state <> 'aborted'
        and o.verb = 'install' and o.state in ('unsigned', 'ready') and o.permitted_at is null
        and exists (select from ring_patches p where p.msp_id = o.msp_id and p.rollout_id = o.rollout_id and p.position = o.position
          and p.patch_id = any (o.patch_ids) and p.is_stopped)
      returning o.msp_id, o.rollout_id, o.device_id, o.patch_ids
    ), released as (
      update plan_items i set state = 'staged', state_at = ${at.toISOString()}::timestamptz from stopped s
      where i.msp_id = s.msp_id and i.rollout_id = s.rollout_id and i.device_id = s.device_id and i.patch_id = any (s.patch_ids)
        and i.state = 'ordered'
    )
    select 1 from stopped`)
  await tx.execute(sql`
    update plan_items i set state = 'dropped', is_claimed = false, state_at = ${at.toISOString()}::timestamptz, reason = 'The patch was stopped'
    from ring_patches p join rollouts r on r.msp_id = p.msp_id and r.id = p.rollout_id and r.state <> 'aborted'
    where p.msp_id = i.msp_id and p.rollout_id = i.rollout_id and p.position = i.position and p.patch_id = i.patch_id
      and p.roll_back_at is not null and i.state in ('planned', 'staged')`)
  return rows.length
}

/**
 * A device that missed a whole window catches up at once where the policy says so: from then on its order may start outside windows.
 * Elsewhere it waits for the next one, which needs nothing.
 */
async function openForMissed(tx: Tx, at: Date): Promise<void> {
  await tx.execute(sql`
    update work_orders o set window_open_until = o.not_after
    from rollouts r, devices d
    where r.msp_id = o.msp_id and r.id = o.rollout_id and r.state <> 'aborted' and r.policy->>'missedWindow' = 'at-once'
      and d.msp_id = o.msp_id and d.id = o.device_id
      and o.verb = 'install' and o.state in ('unsigned', 'ready') and o.window_open_until is null
      and exists (select from ring_windows w where w.msp_id = o.msp_id and w.rollout_id = o.rollout_id and w.position = o.position
        and w.time_zone in (d.time_zone, '*') and w.opens_at >= o.created_at and w.closes_at <= ${at.toISOString()}::timestamptz)`)
}

async function makeRollbacks(tx: Tx, at: Date): Promise<number> {
  const rows = await tx.execute(sql`
    with wanted as (
      select distinct i.msp_id, i.client_id, i.rollout_id, i.device_id, i.position, i.set_key
      from plan_items i join ring_patches p on p.msp_id = i.msp_id and p.rollout_id = i.rollout_id and p.position = i.position
        and p.patch_id = i.patch_id and p.roll_back_at is not null
      where i.state = 'proved'
        and not exists (select from work_orders o where o.msp_id = i.msp_id and o.rollout_id = i.rollout_id and o.device_id = i.device_id
          and o.verb = 'rollback' and o.state in ('unsigned', 'ready', 'open'))
    ), made as (
      insert into work_orders (msp_id, client_id, device_id, rollout_id, position, verb, attempt, patch_ids, body, not_before, not_after, created_at)
      select w.msp_id, w.client_id, w.device_id, w.rollout_id, w.position, 'rollback',
        1 + coalesce((select max(o.attempt) from work_orders o where o.msp_id = w.msp_id and o.rollout_id = w.rollout_id
          and o.device_id = w.device_id and o.verb = 'rollback'), 0),
        (select array_agg(distinct x.patch_id) from plan_items x where x.msp_id = w.msp_id and x.rollout_id = w.rollout_id
          and x.device_id = w.device_id and x.set_key = any (array_agg(w.set_key))),
        jsonb_build_object(
          'installOrderId', (select o.id from work_orders o where o.msp_id = w.msp_id and o.rollout_id = w.rollout_id
            and o.device_id = w.device_id and o.verb = 'install' order by o.attempt desc limit 1),
          'sets', jsonb_agg(jsonb_build_object('key', w.set_key, 'undo', (select jsonb_agg(jsonb_build_object('manager', 'apt',
            'name', x.package_name, 'fromVersion', x.to_version, 'toVersion', x.from_version, 'architecture', x.architecture,
            'sha256', x.predecessor_sha256) order by x.package_name) from plan_items x where x.msp_id = w.msp_id
            and x.rollout_id = w.rollout_id and x.device_id = w.device_id and x.set_key = w.set_key)) order by w.set_key),
          'healthPlan', ${healthPlan(false)}),
        ${at.toISOString()}::timestamptz, ${at.toISOString()}::timestamptz + make_interval(days => ${rollbackDays}), ${at.toISOString()}::timestamptz
      from wanted w join rollouts r on r.msp_id = w.msp_id and r.id = w.rollout_id
        join rollout_rings g on g.msp_id = w.msp_id and g.rollout_id = w.rollout_id and g.position = w.position
      group by w.msp_id, w.client_id, w.device_id, w.rollout_id, w.position, r.policy, g.watch_ms
      order by w.position desc
      on conflict do nothing
      returning msp_id, rollout_id, device_id, patch_ids
    )
    update plan_items i set state = 'rolling-back', state_at = ${at.toISOString()}::timestamptz from made m
    where i.msp_id = m.msp_id and i.rollout_id = m.rollout_id and i.device_id = m.device_id and i.patch_id = any (m.patch_ids)
      and i.state = 'proved'
    returning 1`)
  return rows.length
}

async function makeInstalls(tx: Tx, at: Date): Promise<number> {
  const rows = await tx.execute(sql`
    with allowed as (
      select i.msp_id, i.client_id, i.rollout_id, i.device_id, i.position, i.set_key
      from plan_items i
        join rollouts r on r.msp_id = i.msp_id and r.id = i.rollout_id and r.state in ('running', 'finished') and not r.is_stopped
        join rollout_rings g on g.msp_id = i.msp_id and g.rollout_id = i.rollout_id and g.position = i.position
          and g.state in ('open', 'closed') and g.opened_at is not null
        join ring_patches p on p.msp_id = i.msp_id and p.rollout_id = i.rollout_id and p.position = i.position and p.patch_id = i.patch_id
      where i.is_claimed
        and not exists (select from work_orders o where o.msp_id = i.msp_id and o.rollout_id = i.rollout_id and o.device_id = i.device_id
          and o.verb = 'install' and o.state in ('unsigned', 'ready', 'open'))
      group by i.msp_id, i.client_id, i.rollout_id, i.device_id, i.position, i.set_key
      -- A set goes whole: every member staged and allowed on in this ring.
      having bool_and(i.state = 'staged' and not p.is_stopped and p.roll_back_at is null
        and (p.verdict in ('collecting', 'soaking', 'asking') or (p.verdict = 'pass')))
    ), made as (
      insert into work_orders (msp_id, client_id, device_id, rollout_id, position, verb, attempt, patch_ids, body, not_before, not_after, created_at)
      select i.msp_id, i.client_id, i.device_id, i.rollout_id, i.position, 'install',
        1 + coalesce((select max(o.attempt) from work_orders o where o.msp_id = i.msp_id and o.rollout_id = i.rollout_id
          and o.device_id = i.device_id and o.verb = 'install'), 0),
        (select array_agg(distinct x.patch_id) from plan_items x where x.msp_id = i.msp_id and x.rollout_id = i.rollout_id
          and x.device_id = i.device_id and x.set_key = any (array_agg(i.set_key))),
        jsonb_build_object('sets', jsonb_agg(s.body order by i.set_key), 'preconditions', jsonb_build_object('minFreeBytes', 50000000),
          'healthPlan', ${healthPlan(true)}, 'rebootRule', 'never', 'mayStartOffline', coalesce((r.policy->>'mayStartOffline')::boolean, false)),
        ${at.toISOString()}::timestamptz, ${at.toISOString()}::timestamptz + make_interval(days => ${orderDays}), ${at.toISOString()}::timestamptz
      from allowed i cross join lateral (${setBody()}) s
        join rollouts r on r.msp_id = i.msp_id and r.id = i.rollout_id
        join rollout_rings g on g.msp_id = i.msp_id and g.rollout_id = i.rollout_id and g.position = i.position
      group by i.msp_id, i.client_id, i.device_id, i.rollout_id, i.position, r.policy, g.watch_ms
      on conflict do nothing
      returning msp_id, rollout_id, device_id, patch_ids
    )
    update plan_items i set state = 'ordered', state_at = ${at.toISOString()}::timestamptz from made m
    where i.msp_id = m.msp_id and i.rollout_id = m.rollout_id and i.device_id = m.device_id and i.patch_id = any (m.patch_ids)
      and i.state = 'staged'
    returning 1`)
  return rows.length
}

/** Probes of the frozen policy; an install watches until the soak of its ring is over. */
function healthPlan(hasWatch: boolean) {
  const watch = hasWatch
    ? sql`jsonb_build_object('intervalMs', (r.policy->>'watchIntervalMs')::bigint, 'durationMs', g.watch_ms)`
    : sql`'null'::jsonb`
  return sql`jsonb_build_object('probes', coalesce(r.policy->'probes', '[]'), 'tries', ${probeTries}::int, 'pauseMs', ${probePauseMs}::int, 'watch', ${watch})`
}
