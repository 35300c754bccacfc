import { sql } from 'drizzle-orm'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { getRolloutRow } from './rollout-rows.ts'

/** A stage order waits this long for its device. */
const stageDays = 30

/**
 * Orders every device of every ring to fetch the exact packages and keep their predecessors. Changes nothing on a device, needs no
 * window and no permit. Idempotent: one stage order a device. Answers the positions of the rings that have devices, in order.
 */
export function stageRollout(ctx: Context, input: { rolloutId: string }): Promise<{ positions: number[] }> {
  return perform(ctx, 'rollout:run', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId)
    if (rollout.state === 'running')
      await tx.execute(sql`
        insert into work_orders (msp_id, client_id, device_id, rollout_id, position, verb, attempt, patch_ids, body, not_before, not_after, created_at)
        select i.msp_id, i.client_id, i.device_id, i.rollout_id, i.position, 'stage', 1, array_agg(distinct p.patch_id),
          jsonb_build_object('sets', jsonb_agg(s.body order by i.set_key)), ${ctx.now.toISOString()}::timestamptz,
          ${ctx.now.toISOString()}::timestamptz + make_interval(days => ${stageDays}), ${ctx.now.toISOString()}::timestamptz
        from (select distinct msp_id, client_id, device_id, rollout_id, position, set_key from plan_items
            where rollout_id = ${rollout.id} and state = 'planned') i
          cross join lateral (${setBody()}) s
          cross join lateral (select patch_id from plan_items x where x.rollout_id = i.rollout_id and x.device_id = i.device_id
            and x.set_key = i.set_key) p
        group by i.msp_id, i.client_id, i.device_id, i.rollout_id, i.position
        on conflict do nothing`)
    const rings = await tx.execute<{ position: number }>(
      sql`select position from rollout_rings where rollout_id = ${rollout.id} and state <> 'left-out' order by position`,
    )
    return { value: { positions: rings.map((ring) => ring.position) }, changes: [] }
  })
}

/** One update set as the wire has it, from the items of `i` (device and set). */
export function setBody() {
  return sql`select jsonb_build_object('key', i.set_key,
      'updates', jsonb_agg(jsonb_build_object('manager', 'apt', 'name', x.package_name, 'version', x.to_version,
        'architecture', x.architecture, 'sha256', x.sha256, 'fromVersion', x.from_version) order by x.package_name),
      'undoClass', min(x.undo_class),
      'undo', jsonb_agg(jsonb_build_object('manager', 'apt', 'name', x.package_name, 'fromVersion', x.to_version,
        'toVersion', x.from_version, 'architecture', x.architecture, 'sha256', x.predecessor_sha256) order by x.package_name)) as body
    from plan_items x where x.rollout_id = i.rollout_id and x.device_id = i.device_id and x.set_key = i.set_key`
}
