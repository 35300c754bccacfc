import { sql } from 'drizzle-orm'
import { maxSetUpdates } from '../../agent/wire/order.ts'
import { perform, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { recountFailed } from '../devices/recount-failed.ts'
import { getRolloutRow } from './rollout-rows.ts'
import { isSetTooLarge, orderBudget, setBody, setWeight } from './set-body.ts'

/** A stage order waits this long for its device. */
const stageDays = 30

/**
 * Orders every device of every ring to fetch the exact packages and keep their predecessors. Changes nothing on a device, needs no
 * window and no permit. Idempotent: a device that has stage orders of this rollout gets no more. What one order cannot hold is cut into
 * several, `attempt` counts them. Answers the positions of the rings that have devices, in order.
 */
export function stageRollout(ctx: Context, input: { rolloutId: string }): Promise<{ positions: number[] }> {
  return perform(ctx, 'rollout:run', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId)
    if (rollout.state === 'running') {
      await failTooLarge(tx, ctx, rollout.id)
      await makeStageOrders(tx, ctx, rollout.id)
    }
    const rings = await tx.execute<{ position: number }>(
      sql`select position from rollout_rings where rollout_id = ${rollout.id} and state <> 'left-out' order by position`,
    )
    return { value: { positions: rings.map((ring) => ring.position) }, changes: [] }
  })
}

/** Update sets that nobody has fetched or begun to. */
const plannedSets = (
  rolloutId: string,
) => sql`(select distinct msp_id, client_id, rollout_id, device_id, position, set_key
  from plan_items where rollout_id = ${rolloutId} and state = 'planned')`

/** A set that no order can hold fails here, with its reason: a device would refuse each order unread. */
async function failTooLarge(tx: Tx, ctx: Context, rolloutId: string): Promise<void> {
  const failed = await tx.execute<{ device_id: string }>(sql`
    with too_large as (
      select i.msp_id, i.rollout_id, i.device_id, i.set_key, s.updates, octet_length(s.body::text) as bytes, ${orderBudget()} as budget
      from ${plannedSets(rolloutId)} i cross join lateral (${setBody()}) s
        join rollouts r on r.msp_id = i.msp_id and r.id = i.rollout_id
      where ${isSetTooLarge()}
    ), failed as (
      update plan_items i set state = 'failed', state_at = ${ctx.now.toISOString()}::timestamptz,
        reason = 'The update set is larger than a device takes in one order: '
          || case when t.updates > ${maxSetUpdates}::int then t.updates || ' packages, the limit is ' || ${maxSetUpdates}::int
            else t.bytes || ' bytes, the limit is ' || t.budget end || '. Nothing was changed.'
      from too_large t where i.msp_id = t.msp_id and i.rollout_id = t.rollout_id and i.device_id = t.device_id and i.set_key = t.set_key
      returning i.device_id
    ) select distinct device_id from failed`)
  await recountFailed(
    tx,
    ctx,
    failed.map((row) => row.device_id),
  )
}

/**
 * Cuts the sets of a device into as many orders as it takes: in the order of their keys, each order holding what begins within its
 * stretch. A stretch is shorter than the budget by the largest of the sets; those above half of it travel alone.
 */
async function makeStageOrders(tx: Tx, ctx: Context, rolloutId: string): Promise<void> {
  const now = sql`${ctx.now.toISOString()}::timestamptz`
  await tx.execute(sql`
    with sized as (
      select i.*, s.body, ${setWeight(sql`s.body`)} as weight, ${orderBudget()} as budget
      from ${plannedSets(rolloutId)} i cross join lateral (${setBody()}) s
        join rollouts r on r.msp_id = i.msp_id and r.id = i.rollout_id
      where not exists (select from work_orders o where o.msp_id = i.msp_id and o.rollout_id = i.rollout_id
        and o.device_id = i.device_id and o.verb = 'stage')
    ), laid as (
      select z.*, z.weight * 2 > z.budget as is_alone,
        sum(z.weight) filter (where z.weight * 2 <= z.budget) over (partition by z.device_id order by z.set_key) - z.weight as begins,
        z.budget - max(z.weight) filter (where z.weight * 2 <= z.budget) over (partition by z.device_id) as stretch
      from sized z
    ), cut as (
      select l.*, dense_rank() over (partition by l.device_id
        order by l.is_alone, case when l.is_alone then 0 else floor(l.begins / l.stretch) end,
          case when l.is_alone then l.set_key else '' end) as attempt
      from laid l
    )
    insert into work_orders (msp_id, client_id, device_id, rollout_id, position, verb, attempt, patch_ids, body, not_before, not_after, created_at)
    select c.msp_id, c.client_id, c.device_id, c.rollout_id, c.position, 'stage', c.attempt,
      (select array_agg(x.patch_id) from plan_items x where x.msp_id = c.msp_id and x.rollout_id = c.rollout_id
        and x.device_id = c.device_id and x.set_key = any (array_agg(c.set_key))),
      jsonb_build_object('sets', jsonb_agg(c.body order by c.set_key)), ${now}, ${now} + make_interval(days => ${stageDays}), ${now}
    from cut c group by c.msp_id, c.client_id, c.device_id, c.rollout_id, c.position, c.attempt
    on conflict do nothing`)
}
