import { type SQL, sql } from 'drizzle-orm'
import { acrossTenants, type Tx } from '../access.ts'
import { isInForce } from '../exceptions/in-force.ts'
import { orderBudget, setBody, setWeight } from '../rollouts/set-body.ts'

/** An order that was never taken up ends after this. */
const orderDays = 30
/** A device that is away this long is taken back when it returns. */
const rollbackDays = 180
/** So many devices a round: a large ring does not keep what is urgent elsewhere waiting. */
const devicesARound = 1_000
/** A probe counts as failed after so many tries with this pause. */
const probeTries = 3
const probePauseMs = 1_000

interface RolloutKey extends Record<string, unknown> {
  msp_id: string
  rollout_id: string
}

/**
 * Makes the orders that the plan allows now, set-based and idempotent: install orders for staged items of open (or passed) rings,
 * rollback orders for what is to be taken back, newest ring first; for `devices` devices of each at most. Answers how many of each were
 * made: more than none means that there may be more.
 */
export async function dispatchOrders(
  at: Date,
  devices = devicesARound,
): Promise<{ installs: number; rollbacks: number; voided: number }> {
  const { voided, rollouts } = await acrossTenants('withdrawal of work orders', (tx) => voidStopped(tx, at))
  // By themselves: claims end under locks that reports of the same rollout wait for.
  for (const [rolloutId, mspId] of rollouts)
    await acrossTenants('end of claims', (tx) =>
      tx.execute(
        sql`select door.settle_claims(${at.toISOString()}::timestamptz, ${mspId}::uuid, ${rolloutId}::uuid, null)`,
      ),
    )
  await acrossTenants('rollbacks of devices that left', (tx) => endForLeft(tx, at))
  const rollbacks = await acrossTenants('dispatch of rollback orders', (tx) => makeRollbacks(tx, at, devices))
  const installs = await acrossTenants('dispatch of install orders', (tx) => makeInstalls(tx, at, devices))
  await acrossTenants('missed windows', (tx) => openForMissed(tx, at))
  return { installs, rollbacks, voided }
}

/**
 * Orders nobody took up that hold a stopped patch, or one that an exception keeps off that device: void; the other patches in them get a new
 * order in the next step. Answers how many, and the rollouts (with their MSPs) in which something waits that will not go in any more.
 */
async function voidStopped(tx: Tx, at: Date): Promise<{ voided: number; rollouts: Map<string, string> }> {
  const now = sql`${at.toISOString()}::timestamptz`
  const stopped = await releaseOrders(
    tx,
    now,
    sql`from rollouts r, (select p.msp_id, p.rollout_id, p.position, array_agg(p.patch_id) as patch_ids from ring_patches p
        where p.is_stopped group by 1, 2, 3) p
      where p.msp_id = o.msp_id and p.rollout_id = o.rollout_id and p.position = o.position and p.patch_ids && o.patch_ids
        and r.msp_id = o.msp_id and r.id = o.rollout_id and r.state <> 'aborted'`,
  )
  const excepted = await releaseOrders(
    tx,
    now,
    sql`where o.rollout_id is not null and (o.msp_id, o.client_id) in (select e.msp_id, e.client_id from exceptions e where ${isInForce(now)})
        and exists (select from unnest(o.patch_ids) as k (patch_id) where door.is_excepted(${now}, o.msp_id, o.device_id, k.patch_id))`,
  )
  // What was planned when it was taken back is dropped by then (door.settle_claims); what comes back from an order is staged.
  const back = await tx.execute<RolloutKey>(sql`
    select distinct p.msp_id, p.rollout_id from ring_patches p
      join rollouts r on r.msp_id = p.msp_id and r.id = p.rollout_id and r.state <> 'aborted'
    where p.roll_back_at is not null and exists (select from plan_items i where i.msp_id = p.msp_id and i.rollout_id = p.rollout_id
      and i.position = p.position and i.patch_id = p.patch_id and i.state = 'staged')`)
  const keptOff = await tx.execute<RolloutKey>(sql`
    select distinct i.msp_id, i.rollout_id from exceptions e
      join plan_items i on i.msp_id = e.msp_id and i.client_id = e.client_id and i.is_claimed and i.state in ('planned', 'staged')
        and (e.is_all_versions or i.patch_id = e.patch_id)
    where ${isInForce(now)} and door.is_excepted(${now}, i.msp_id, i.device_id, i.patch_id)`)
  const ended = [...stopped, ...excepted, ...back, ...keptOff]
  return {
    voided: stopped.length + excepted.length,
    rollouts: new Map(ended.map((row) => [row.rollout_id, row.msp_id])),
  }
}

/** Install orders `o` that nobody took up and that are `meant`: void, and what they were to bring in waits staged again. */
async function releaseOrders(tx: Tx, now: SQL, meant: SQL): Promise<RolloutKey[]> {
  const rows = await tx.execute<RolloutKey>(sql`
    with stopped as (
      update work_orders o set state = 'void', finished_at = ${now} ${meant}
        and o.verb = 'install' and o.state in ('unsigned', 'ready') and o.permitted_at is null
      returning o.msp_id, o.rollout_id, o.device_id, o.patch_ids
    ), released as (
      update plan_items i set state = 'staged', state_at = ${now} from stopped s
      where i.msp_id = s.msp_id and i.rollout_id = s.rollout_id and i.device_id = s.device_id and i.patch_id = any (s.patch_ids)
        and i.state = 'ordered'
    )
    select msp_id, rollout_id from stopped`)
  return [...rows]
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
      -- Most of the time no window of the ring has closed yet: known without a look at its orders.
      and (o.msp_id, o.rollout_id, o.position) in (select w.msp_id, w.rollout_id, w.position from ring_windows w
        where w.closes_at <= ${at.toISOString()}::timestamptz)
      and exists (select from ring_windows w where w.msp_id = o.msp_id and w.rollout_id = o.rollout_id and w.position = o.position
        and w.time_zone in (d.time_zone, '*') and w.opens_at >= o.created_at and w.closes_at <= ${at.toISOString()}::timestamptz)`)
}

/** A device that moved to another client, or was retired, is not taken back for the one that it left: that is its result. */
async function endForLeft(tx: Tx, at: Date): Promise<void> {
  await tx.execute(sql`
    update plan_items i set state = 'rollback-failed', state_at = ${at.toISOString()}::timestamptz, reason = 'The device left this client'
    from ring_patches p
    where p.roll_back_at is not null and p.msp_id = i.msp_id and p.rollout_id = i.rollout_id and p.position = i.position
      and p.patch_id = i.patch_id and i.state = 'proved'
      and not exists (select from devices d where d.msp_id = i.msp_id and d.id = i.device_id and d.client_id = i.client_id and d.retired_at is null)`)
}

/** What one install order brought in goes back with one order, the newest first; what does not fit into it with the next. */
async function makeRollbacks(tx: Tx, at: Date, devices: number): Promise<number> {
  const now = sql`${at.toISOString()}::timestamptz`
  const rows = await tx.execute(sql`
    with first as (
      select i.msp_id, i.rollout_id, i.device_id from ${takenBack}
      group by 1, 2, 3 order by max(i.position) desc limit ${devices}
    ), wanted as (
      select distinct i.msp_id, i.client_id, i.rollout_id, i.device_id, i.position, i.set_key, b.id as install_id, b.attempt
      from ${takenBack}
        left join lateral (select o.id, o.attempt from work_orders o where o.msp_id = i.msp_id and o.rollout_id = i.rollout_id
          and o.device_id = i.device_id and o.verb = 'install' and o.state <> 'void' and i.patch_id = any (o.patch_ids)
          order by o.attempt desc limit 1) b on true
      where (i.msp_id, i.rollout_id, i.device_id) in (select msp_id, rollout_id, device_id from first)
    ), sized as (
      select i.*, s.body, ${setWeight(sql`s.body`)} as weight, ${orderBudget()} as budget,
        first_value(i.install_id) over (partition by i.device_id, i.rollout_id order by i.attempt desc nulls last) as newest_id
      from wanted i join rollouts r on r.msp_id = i.msp_id and r.id = i.rollout_id
        cross join lateral (select jsonb_build_object('key', i.set_key, 'undo', jsonb_agg(jsonb_build_object('manager', c.manager,
          'name', x.package_name, 'fromVersion', x.to_version, 'toVersion', x.from_version, 'architecture', x.architecture,
          'sha256', x.predecessor_sha256) order by x.package_name)) as body from plan_items x
          join patches c on c.msp_id = x.msp_id and c.id = x.patch_id where x.msp_id = i.msp_id
          and x.rollout_id = i.rollout_id and x.device_id = i.device_id and x.set_key = i.set_key) s
    ), laid as (
      select z.*, ${placeAndTotal} from sized z where z.install_id is not distinct from z.newest_id
      window w as (partition by z.rollout_id, z.device_id order by z.set_key)
    ), made as (
      insert into work_orders (msp_id, client_id, device_id, rollout_id, position, verb, attempt, patch_ids, body, not_before, not_after, created_at)
      select w.msp_id, w.client_id, w.device_id, w.rollout_id, w.position, 'rollback', ${nextAttempt('rollback', 'w')}, ${patchIdsOf('w')},
        jsonb_build_object('installOrderId', w.install_id, 'sets', jsonb_agg(w.body order by w.set_key), 'healthPlan', ${healthPlan(false)}),
        ${now}, ${now} + make_interval(days => ${rollbackDays}), ${now}
      from laid w join rollouts r on r.msp_id = w.msp_id and r.id = w.rollout_id
        join rollout_rings g on g.msp_id = w.msp_id and g.rollout_id = w.rollout_id and g.position = w.position
      where w.place = 1 or w.total <= w.budget
      group by w.msp_id, w.client_id, w.device_id, w.rollout_id, w.position, w.install_id, r.policy, g.watch_ms
      order by w.position desc
      on conflict do nothing
      returning msp_id, rollout_id, device_id, patch_ids
    )
    update plan_items i set state = 'rolling-back', state_at = ${now} from made m
    where i.msp_id = m.msp_id and i.rollout_id = m.rollout_id and i.device_id = m.device_id and i.patch_id = any (m.patch_ids)
      and i.state = 'proved'
    returning 1`)
  return rows.length
}

/** One order a device and rollout at a time: what does not fit into it follows when it is through. */
async function makeInstalls(tx: Tx, at: Date, devices: number): Promise<number> {
  const now = sql`${at.toISOString()}::timestamptz`
  const rows = await tx.execute(sql`
    with open_rings as materialized (
      select s.* from (select distinct msp_id, rollout_id, position from plan_items where state = 'staged') s
        join rollouts r on r.msp_id = s.msp_id and r.id = s.rollout_id and r.state in ('running', 'finished') and not r.is_stopped
        join rollout_rings g on g.msp_id = s.msp_id and g.rollout_id = s.rollout_id and g.position = s.position
          and g.state in ('open', 'closed') and g.opened_at is not null
    ), found as materialized (
      -- Stops at its share: what is behind that waits for its round and costs nothing in this one, and no ring waits for a larger one.
      select i.* from open_rings g cross join lateral (
        select i.msp_id, i.rollout_id, i.device_id from plan_items i
        where i.msp_id = g.msp_id and i.rollout_id = g.rollout_id and i.position = g.position and i.state = 'staged' and i.is_claimed
          and ${isWholeSet} and not ${hasLiveOrder('install', 'i')}
        limit (select greatest(1, ${devices}::int / count(*)) from open_rings)) i
      limit ${devices}
    ), allowed as (
      select distinct i.msp_id, i.client_id, i.rollout_id, i.device_id, i.position, i.set_key
      from (select distinct msp_id, rollout_id, device_id from found) f
        join plan_items i on i.msp_id = f.msp_id and i.rollout_id = f.rollout_id and i.device_id = f.device_id
      where i.state = 'staged' and i.is_claimed and ${isWholeSet}
    ), sized as (
      select i.*, s.body, ${setWeight(sql`s.body`)} as weight, ${orderBudget()} as budget
      from allowed i cross join lateral (${setBody()}) s join rollouts r on r.msp_id = i.msp_id and r.id = i.rollout_id
    ), laid as (
      select z.*, ${placeAndTotal} from sized z window w as (partition by z.rollout_id, z.device_id order by z.set_key)
    ), made as (
      insert into work_orders (msp_id, client_id, device_id, rollout_id, position, verb, attempt, patch_ids, body, not_before, not_after, created_at)
      select i.msp_id, i.client_id, i.device_id, i.rollout_id, i.position, 'install', ${nextAttempt('install', 'i')}, ${patchIdsOf('i')},
        jsonb_build_object('sets', jsonb_agg(i.body order by i.set_key), 'preconditions', jsonb_build_object('minFreeBytes', 50000000),
          'healthPlan', ${healthPlan(true)}, 'rebootRule', 'never', 'mayStartOffline', coalesce((r.policy->>'mayStartOffline')::boolean, false)),
        ${now}, ${now} + make_interval(days => ${orderDays}), ${now}
      from laid i join rollouts r on r.msp_id = i.msp_id and r.id = i.rollout_id
        join rollout_rings g on g.msp_id = i.msp_id and g.rollout_id = i.rollout_id and g.position = i.position
      where i.place = 1 or i.total <= i.budget
      group by i.msp_id, i.client_id, i.device_id, i.rollout_id, i.position, r.policy, g.watch_ms
      on conflict do nothing
      returning msp_id, rollout_id, device_id, patch_ids
    )
    update plan_items i set state = 'ordered', state_at = ${now} from made m
    where i.msp_id = m.msp_id and i.rollout_id = m.rollout_id and i.device_id = m.device_id and i.patch_id = any (m.patch_ids)
      and i.state = 'staged'
    returning 1`)
  return rows.length
}

/**
 * The device of this item has such an order of this rollout under way. Offset and coalesce keep it a look at one device by the unique key:
 * the statistics know of no live order yet, so a join with all of them, or a walk over their index, looks cheap and is not.
 */
function hasLiveOrder(verb: 'install' | 'rollback', item: 'i' | 'x') {
  const of = sql.raw(item)
  return sql`exists (select from work_orders o where o.msp_id = ${of}.msp_id and o.rollout_id = ${of}.rollout_id
    and o.device_id = ${of}.device_id and o.verb = ${verb} and coalesce(o.state, '') in ('unsigned', 'ready', 'open') offset 0)`
}

/** Items `i` that are in and are to come out again, on devices that have no order for it yet. */
const takenBack = sql`(select x.* from plan_items x join ring_patches p on p.msp_id = x.msp_id and p.rollout_id = x.rollout_id
    and p.position = x.position and p.patch_id = x.patch_id and p.roll_back_at is not null
  where x.state = 'proved'
    and not ${hasLiveOrder('rollback', 'x')}) i`

/** A set goes whole: all members that the plan gave the set of item `i` may go in, also those that were dropped since. */
const isWholeSet = sql`not exists (select from plan_items x where x.msp_id = i.msp_id and x.rollout_id = i.rollout_id
  and x.device_id = i.device_id and x.set_key = i.set_key and not (x.state = 'staged' and x.is_claimed and exists (
    select from ring_patches p where p.msp_id = x.msp_id and p.rollout_id = x.rollout_id and p.position = x.position
      and p.patch_id = x.patch_id and not p.is_stopped and p.roll_back_at is null
      and p.verdict in ('collecting', 'soaking', 'asking', 'pass'))))`

/** Where a set `z` stands among those of its device, and what it takes together with all before it. */
const placeAndTotal = sql`row_number() over w as place, sum(z.weight) over w as total`

function nextAttempt(verb: 'install' | 'rollback', group: 'i' | 'w') {
  const of = sql.raw(group)
  return sql`1 + coalesce((select max(o.attempt) from work_orders o where o.msp_id = ${of}.msp_id and o.rollout_id = ${of}.rollout_id
    and o.device_id = ${of}.device_id and o.verb = ${verb}), 0)`
}

/** The patches of the sets that are grouped into one order. */
function patchIdsOf(group: 'i' | 'w') {
  const of = sql.raw(group)
  return sql`(select array_agg(distinct x.patch_id) from plan_items x where x.msp_id = ${of}.msp_id and x.rollout_id = ${of}.rollout_id
    and x.device_id = ${of}.device_id and x.set_key = any (array_agg(${of}.set_key)))`
}

/** Probes of the frozen policy; an install watches until the soak of its ring is over. */
function healthPlan(hasWatch: boolean) {
  const watch = hasWatch
    ? sql`jsonb_build_object('intervalMs', (r.policy->>'watchIntervalMs')::bigint, 'durationMs', g.watch_ms)`
    : sql`'null'::jsonb`
  return sql`jsonb_build_object('probes', coalesce(r.policy->'probes', '[]'), 'tries', ${probeTries}::int, 'pauseMs', ${probePauseMs}::int, 'watch', ${watch})`
}
