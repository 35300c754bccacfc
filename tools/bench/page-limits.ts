import type { PageWorld } from './page-world.ts'

/**
 * What each page shows, written by hand: prepared statements sent together, as the owner who passes row-level security. The same rows and
 * sums of the same tables; what code adds (rules, words, forecasts) is not in it.
 */
export function pageLimits({ owner: sql, mspId, deviceId, patchId, bigMspId, bigRolloutId }: PageWorld) {
  const policies = (of: string) =>
    sql`select distinct on (client_id) client_id, document from policies where msp_id = ${of} order by client_id, version desc`
  const standing = () => [
    sql`select * from holds where msp_id = ${mspId} and lifted_at is null`,
    sql`select * from decisions where msp_id = ${mspId} and withdrawn_at is null`,
  ]
  const lacking = () => sql`
    select p.id, p.name, p.version, p.classification, p.severity, p.released_at, p.first_seen_at, count(*)::int as clients, sum(kept)::int as kept,
      sum(fetchable)::int as fetchable, sum(snapshot)::int as snapshot, sum(none)::int as none, min(u.due_at) as first_due_at,
      count(*) filter (where u.due_at < now())::int as past_due_clients
    from client_patch_counts t join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
      left join client_patch_dues u on u.msp_id = t.msp_id and u.client_id = t.client_id and u.patch_id = t.patch_id
    where t.msp_id = ${mspId}
    group by p.msp_id, p.id, kept + fetchable > 0, snapshot + none > 0`
  const fleet = () => sql`
    select c.id, c.name, c.time_zone, s.*,
      exists (select from devices d where d.msp_id = c.msp_id and d.client_id = c.id and retired_at is null and tags <> '{}' and tags && '{test}')
    from clients c left join client_statuses s on s.msp_id = c.msp_id and s.client_id = c.id
    where c.msp_id = ${mspId} and c.archived_at is null order by c.name, c.id`
  const rollouts = (limit: number) => sql`
    select o.*, c.name, c.time_zone, (select json_agg(r) from (
      select r.*, count(*) filter (where g.verdict = 'asking') as asking, count(*) filter (where g.verdict = 'soaking') as soaking,
        count(*) filter (where g.verdict = 'pass') as passed, count(*) filter (where g.verdict = 'fail') as failed_gates, sum(g.due) as due,
        sum(g.proved) as proved, sum(g.failed) as failed, min(g.soak_started_at), max(g.soak_ends_at), max(g.verdict_at),
        count(*) filter (where g.roll_back_at is not null) as taken_back
      from rollout_rings r left join ring_patches g on g.msp_id = r.msp_id and g.rollout_id = r.rollout_id and g.position = r.position
      where r.msp_id = o.msp_id and r.rollout_id = o.id group by r.msp_id, r.rollout_id, r.position order by r.position) r) as rings
    from rollouts o join clients c on c.msp_id = o.msp_id and c.id = o.client_id
    where o.msp_id = ${mspId} and o.state = 'running' order by o.started_at desc, o.id desc limit ${limit}`
  const devices = (where: ReturnType<typeof sql>) => sql`
    select d.id, d.client_id, d.host_name, d.os_name, d.tags, d.agent_version, d.status, d.is_reboot_pending, d.is_past_due, d.missing_count,
      d.failed_count, c.name, s.name, h.seen_at
    from devices d join clients c on c.msp_id = d.msp_id and c.id = d.client_id join sites s on s.msp_id = d.msp_id and s.id = d.site_id
      join device_heartbeats h on h.msp_id = d.msp_id and h.device_id = d.id
    where d.msp_id = ${mspId} and d.retired_at is null and ${where} order by d.host_name, d.id limit 51`
  const sums = () => sql`
    select sum(devices), sum(reboot_pending), sum(failed), sum(past_due), sum(silent), sum(no_data) from client_statuses where msp_id = ${mspId}`
  const found = (text: string) => sql`
    with found as materialized (
      select id, status, is_reboot_pending, is_past_due, missing_count, failed_count from devices
      where msp_id = ${mspId} and retired_at is null and strpos(lower(host_name collate "C"), ${text}) > 0 limit 1001
    ), page as (${devices(sql`d.id in (select id from found)`)})
    select (select json_agg(p) from page p), count(*), count(*) filter (where is_reboot_pending), count(*) filter (where is_past_due),
      count(*) filter (where missing_count > 0), count(*) filter (where failed_count > 0), count(*) filter (where status = 'silent'),
      count(*) filter (where status = 'no-data') from found`
  const needs = () => [
    sql`select h.*, p.name, p.version from holds h join patches p on p.msp_id = h.msp_id and p.id = h.patch_id
      where h.msp_id = ${mspId} and h.lifted_at is null and h.source in ('gate', 'breaker')`,
    sql`select o.id, g.position, count(*) from rollouts o join ring_patches g on g.msp_id = o.msp_id and g.rollout_id = o.id and g.verdict = 'asking'
      where o.msp_id = ${mspId} and o.state = 'running' group by 1, 2`,
    sql`select i.rollout_id, i.patch_id, count(*) from ring_patches g join plan_items i on i.msp_id = g.msp_id and i.rollout_id = g.rollout_id
        and i.position = g.position and i.patch_id = g.patch_id and i.state = 'rollback-failed'
      where g.msp_id = ${mspId} and g.roll_back_at is not null group by 1, 2`,
    sql`select w.rollout_id, w.position, count(distinct q.device_id) from rollouts o
        join ring_windows w on w.msp_id = o.msp_id and w.rollout_id = o.id and w.closes_at between now() - interval '1 day' and now()
        join work_orders q on q.msp_id = w.msp_id and q.rollout_id = w.rollout_id and q.position = w.position and q.verb = 'install'
          and q.state in ('unsigned', 'ready', 'open') and q.permitted_at is null
      where o.msp_id = ${mspId} and o.state = 'running' and not o.is_stopped group by 1, 2`,
    sql`with failed as materialized (
        select i.* from rollouts o join ring_patches g on g.msp_id = o.msp_id and g.rollout_id = o.id and g.failed > 0 and not g.is_stopped
          join plan_items i on i.msp_id = g.msp_id and i.rollout_id = g.rollout_id and i.position = g.position and i.patch_id = g.patch_id
            and i.state in ('failed', 'rolled-back') and i.is_claimed
        where o.msp_id = ${mspId} and o.state = 'running')
      select i.rollout_id, count(distinct d.id), (array_agg(distinct d.host_name))[1:4], (array_agg(distinct i.package_name))[1:4]
      from failed i join devices d on d.msp_id = i.msp_id and d.id = i.device_id
      where not exists (select from work_orders w where w.msp_id = i.msp_id and w.rollout_id = i.rollout_id and w.device_id = i.device_id
        and w.verb = 'install' and (w.state in ('unsigned', 'ready', 'open') or w.attempt >= 3)) group by 1`,
  ]
  const together = (...statements: PromiseLike<unknown>[]) => Promise.all(statements)
  return {
    navigation: () =>
      sql`select (select count(*) from clients where msp_id = ${mspId}), (select sum(devices) from client_statuses where msp_id = ${mspId}),
        (select count(distinct patch_id) from client_patch_counts where msp_id = ${mspId}),
        (select count(*) from rollouts where msp_id = ${mspId} and state = 'running'),
        (select count(*) from rollouts o join ring_patches g on g.msp_id = o.msp_id and g.rollout_id = o.id and g.verdict = 'asking'
          where o.msp_id = ${mspId} and o.state = 'running'), (select count(*) from holds where msp_id = ${mspId} and lifted_at is null)`,
    devices: () => together(devices(sql`true`), sums(), policies(mspId)),
    failedDevices: () => together(devices(sql`d.failed_count > 0`), sums(), policies(mspId)),
    search: (text: string) => together(found(text), policies(mspId)),
    device: () =>
      together(
        sql`select d.*, c.name, c.slug, s.name, h.seen_at, v.* from devices d join clients c on c.msp_id = d.msp_id and c.id = d.client_id
            join sites s on s.msp_id = d.msp_id and s.id = d.site_id join device_heartbeats h on h.msp_id = d.msp_id and h.device_id = d.id
            join device_inventories v on v.msp_id = d.msp_id and v.device_id = d.id where d.msp_id = ${mspId} and d.id = ${deviceId}`,
        policies(mspId),
        sql`select t.*, p.*, u.* from device_patches t join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
            left join client_patch_dues u on u.msp_id = t.msp_id and u.client_id = t.client_id and u.patch_id = t.patch_id
            where t.msp_id = ${mspId} and t.device_id = ${deviceId} and t.resolved_at is null`,
        sql`select i.*, o.*, r.*, g.* from plan_items i join rollouts o on o.msp_id = i.msp_id and o.id = i.rollout_id
            join rollout_rings r on r.msp_id = i.msp_id and r.rollout_id = i.rollout_id and r.position = i.position
            join ring_patches g on g.msp_id = r.msp_id and g.rollout_id = r.rollout_id and g.position = r.position and g.patch_id = i.patch_id
            where i.msp_id = ${mspId} and i.device_id = ${deviceId} and i.is_claimed`,
        sql`select w.* from work_orders w where w.device_id = ${deviceId} and w.state in ('unsigned', 'ready', 'open')`,
        ...standing(),
        sql`select * from device_reports where msp_id = ${mspId} and device_id = ${deviceId} order by seq desc limit 50`,
        sql`select * from device_events where msp_id = ${mspId} and device_id = ${deviceId} order by at desc limit 50`,
        sql`select 1 from devices where msp_id = ${mspId} and tags <> '{}' and retired_at is null and tags && '{test}' limit 1`,
      ),
    overview: () => together(policies(mspId), fleet(), rollouts(200), ...standing(), lacking(), ...needs()),
    clients: () =>
      together(
        policies(mspId),
        fleet(),
        rollouts(200),
        sql`select client_id, name from sites where msp_id = ${mspId} order by name`,
      ),
    patches: () => together(policies(mspId), ...standing(), lacking()),
    patch: () =>
      together(
        sql`select * from patches where msp_id = ${mspId} and id = ${patchId}`,
        sql`select * from client_patch_dues where msp_id = ${mspId} and patch_id = ${patchId}`,
        policies(mspId),
        ...standing(),
        sql`select t.device_id, t.client_id, d.host_name, d.tags, t.set_key, t.undo_class, c.device_id, c.name
          from device_patches t join devices d on d.msp_id = t.msp_id and d.id = t.device_id and d.retired_at is null
            join clients n on n.msp_id = t.msp_id and n.id = t.client_id
            left join lateral (select i.device_id, i.package_name as name from plan_items i where i.msp_id = t.msp_id
              and i.device_id = t.device_id and i.is_claimed limit 1) c on true
          where t.msp_id = ${mspId} and t.patch_id = ${patchId} and t.resolved_at is null order by d.host_name, d.id`,
        sql`select i.client_id, i.state, count(*) from ring_patches r join plan_items i on i.msp_id = r.msp_id and i.rollout_id = r.rollout_id
            and i.position = r.position and i.patch_id = r.patch_id where r.msp_id = ${mspId} and r.patch_id = ${patchId} group by 1, 2`,
        sql`select undo_class, undo_reason, count(*), min(found_at) from device_patches
          where msp_id = ${mspId} and patch_id = ${patchId} and resolved_at is null group by 1, 2`,
      ),
    rollouts: () => rollouts(31),
    rollout: () =>
      together(
        sql`select o.*, c.name, c.time_zone from rollouts o join clients c on c.msp_id = o.msp_id and c.id = o.client_id
          where o.msp_id = ${bigMspId} and o.id = ${bigRolloutId}`,
        sql`select * from rollout_rings where msp_id = ${bigMspId} and rollout_id = ${bigRolloutId}`,
        sql`select g.*, p.* from ring_patches g join patches p on p.msp_id = g.msp_id and p.id = g.patch_id
          where g.msp_id = ${bigMspId} and g.rollout_id = ${bigRolloutId}`,
        sql`select position, patch_id, undo_class, from_version, state, is_failure_counted, count(*) from plan_items
          where msp_id = ${bigMspId} and rollout_id = ${bigRolloutId} group by 1, 2, 3, 4, 5, 6`,
        sql`select i.position, i.patch_id, i.state, d.status, count(*), count(distinct d.id) from (
            select msp_id, id, status from devices where msp_id = ${bigMspId} and retired_at is null and status <> 'active'
            union all select msp_id, id, 'reboot' from devices where msp_id = ${bigMspId} and retired_at is null and is_reboot_pending) d
            join plan_items i on i.msp_id = d.msp_id and i.rollout_id = ${bigRolloutId} and i.device_id = d.id group by 1, 2, 3, 4`,
        sql`select count(distinct device_id) filter (where is_failure_counted), count(distinct device_id) from plan_items
          where msp_id = ${bigMspId} and rollout_id = ${bigRolloutId}
            and (is_failure_counted or state in ('failed', 'rolling-back', 'rolled-back', 'rollback-failed'))`,
      ),
    rolloutDevices: () => sql`
      select d.id, d.host_name, s.name, d.time_zone, d.status, d.is_reboot_pending, h.seen_at, i.*
      from devices d join sites s on s.msp_id = d.msp_id and s.id = d.site_id
        join device_heartbeats h on h.msp_id = d.msp_id and h.device_id = d.id
        join plan_items i on i.msp_id = d.msp_id and i.rollout_id = ${bigRolloutId} and i.device_id = d.id and i.position = 2
      where d.msp_id = ${bigMspId} order by d.host_name, d.id limit 101`,
    audit: () =>
      together(
        sql`select a.*, c.name from audit_records a left join clients c on c.msp_id = a.msp_id and c.id = a.client_id
          where a.msp_id = ${mspId} order by a.id desc limit 51`,
        sql`select distinct on (actor_id) actor_id, actor_kind, actor_name from (
          select * from audit_records where msp_id = ${mspId} order by id desc limit 2000) a order by actor_id`,
      ),
  }
}
