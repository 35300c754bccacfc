import { sql } from 'drizzle-orm'
import { maxBodyBytes, maxOrderSets, maxSetUpdates } from '../../agent/wire/order.ts'

/** One update set as the wire has it (`body`), with its packages counted (`updates`), from the items of `i` (device and set). */
export function setBody() {
  return sql`select count(*) as updates, jsonb_build_object('key', i.set_key,
      'updates', jsonb_agg(jsonb_build_object('manager', c.manager, 'name', x.package_name, 'version', x.to_version,
        'architecture', x.architecture, 'sha256', x.sha256, 'fromVersion', x.from_version) order by x.package_name),
      'undoClass', min(x.undo_class),
      'undo', jsonb_agg(jsonb_build_object('manager', c.manager, 'name', x.package_name, 'fromVersion', x.to_version,
        'toVersion', x.from_version, 'architecture', x.architecture, 'sha256', x.predecessor_sha256) order by x.package_name)) as body
    from plan_items x join patches c on c.msp_id = x.msp_id and c.id = x.patch_id where x.msp_id = i.msp_id and x.rollout_id = i.rollout_id and x.device_id = i.device_id and x.set_key = i.set_key`
}

/** Bytes for the sets of one order of rollout `r`: what its probes leave, so that what was staged can be installed too. */
export function orderBudget() {
  return sql`(${maxBodyBytes}::int - octet_length(coalesce(r.policy->'probes', '[]')::text))`
}

/** What a set takes of that budget: its bytes, but never less than its share of the places in an order. */
export function setWeight(body: ReturnType<typeof sql>) {
  return sql`greatest(octet_length((${body})::text), ${orderBudget()} / ${maxOrderSets}::int)`
}

/** True for a set `s` that no order can hold, however it is cut. */
export function isSetTooLarge() {
  return sql`(s.updates > ${maxSetUpdates}::int or octet_length(s.body::text) > ${orderBudget()})`
}
