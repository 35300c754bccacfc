-- Inventory of many devices. Each element: {device_id, counter, hashes, scannedAt, facts?, packages?, missing?} as the wire has it.
create or replace function door.inventory(p_at timestamptz, p_batch jsonb)
returns table (device_id uuid, is_fresh boolean)
-- A plan kept from when the tables were small would read them whole for each update: six times slower with 5,000.
language plpgsql security definer set search_path = pg_catalog, public set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  fresh uuid[];
  stricter record;
  ids uuid[];
  counters bigint[];
  -- New rows of the catalogue that one device may bring within a day: a broken or hostile one must not fill it for the MSP.
  new_limit constant integer := 2000;
  beyond uuid[];
begin
  select array_agg((e->>'device_id')::uuid order by e->>'device_id'), array_agg((e->>'counter')::bigint order by e->>'device_id')
    into ids, counters from jsonb_array_elements(p_batch) as e;
  select array_agg(u.device_id) into fresh from door.use_counters(p_at, ids, counters) u where u.is_fresh;

  -- Facts.
  with given as (
    select (e->>'device_id')::uuid as id, e->'facts' as facts from jsonb_array_elements(p_batch) as e
    where (e->>'device_id')::uuid = any (fresh) and e ? 'facts'
  ), renamed as (
    update devices d set host_name = g.facts->>'hostName', time_zone = g.facts->>'timeZone',
      os_name = (g.facts->>'osName') || ' ' || (g.facts->>'osVersion'), agent_version = g.facts->>'agentVersion',
      machine_id = g.facts->>'machineId', is_reboot_pending = (g.facts->>'isRebootPending')::boolean
    from given g where d.id = g.id and (d.host_name, d.time_zone, d.os_name, d.agent_version, d.machine_id, d.is_reboot_pending)
      is distinct from (g.facts->>'hostName', g.facts->>'timeZone', (g.facts->>'osName') || ' ' || (g.facts->>'osVersion'),
        g.facts->>'agentVersion', g.facts->>'machineId', (g.facts->>'isRebootPending')::boolean)
  )
  update device_inventories i set facts = g.facts, received_at = p_at from given g where i.device_id = g.id and i.facts <> g.facts;

  -- Packages: new names into the dictionary first, then one sorted array a device.
  insert into package_versions (msp_id, manager, name, version, architecture)
    select distinct d.msp_id, p->>'manager', p->>'name', p->>'version', p->>'architecture'
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid, jsonb_array_elements(e->'packages') as p
    where d.id = any (fresh) and e ? 'packages' and not exists (select from package_versions v where v.msp_id = d.msp_id
      and v.manager = p->>'manager' and v.name = p->>'name' and v.version = p->>'version' and v.architecture = p->>'architecture')
    order by 1, 2, 3, 4, 5
    on conflict do nothing;
  with listed as (
    select d.id, array_remove(array_agg(distinct v.id), null) as versions
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid
      left join lateral jsonb_array_elements(e->'packages') as p on true
      left join package_versions v on v.msp_id = d.msp_id and v.manager = p->>'manager' and v.name = p->>'name'
        and v.version = p->>'version' and v.architecture = p->>'architecture'
    where d.id = any (fresh) and e ? 'packages' group by d.id
  )
  update device_inventories i set package_version_ids = l.versions, received_at = p_at
    from listed l where i.device_id = l.id and i.package_version_ids <> l.versions;

  -- Missing patches: catalogue, then what each device lacks. Only what stands in a set: the rest can be neither planned nor counted.
  with given as materialized (
    select d.msp_id, d.id as device_id, e->'missing'->'updates' as updates, e->'missing'->'sets' as sets
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid where d.id = any (fresh) and e ? 'missing'
  ), said as materialized (
    select g.msp_id, g.device_id, k.place::int as place, g.updates->(k.place::int) as u
    from given g, jsonb_array_elements(g.sets) as s, jsonb_array_elements_text(s->'members') as k (place)
  ), unheard as materialized (
    select s.msp_id, s.device_id, s.u, row_number() over (partition by s.device_id order by s.place) as number from said s
    where not exists (select from patches p where p.msp_id = s.msp_id and p.manager = s.u->>'manager' and p.name = s.u->>'name'
      and p.version = s.u->>'version' and p.architecture = s.u->>'architecture')
  ), room as materialized (
    select n.msp_id, n.device_id, new_limit - (select count(*) from device_patches t join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
      where t.msp_id = n.msp_id and t.device_id = n.device_id and p.first_seen_at > p_at - interval '1 day') as free
    from (select distinct u.msp_id, u.device_id from unheard u) n
  ), entered as (
    insert into patches (msp_id, manager, name, version, architecture, classification, severity, source, size_bytes, first_seen_at)
      select n.msp_id, u->>'manager', u->>'name', u->>'version', u->>'architecture',
        door.known_class(u->>'manager', u->>'classification'), u->>'severity', u->>'source', (u->>'sizeBytes')::bigint, p_at
      from unheard n join room r on r.device_id = n.device_id where n.number <= r.free
      order by 1, 2, 3, 4, 5
      on conflict (msp_id, manager, name, version, architecture) do nothing
  )
  select array_agg(distinct n.device_id) into beyond from unheard n join room r on r.device_id = n.device_id where n.number > r.free;
  -- A row of the catalogue counts for all clients of the MSP, and each device that lacks the patch may speak to it: the strictest word
  -- counts, whoever came first. So no device can talk a patch down that another one knows better; what one alone talks up becomes due.
  for stricter in
    with said as materialized (
      select d.msp_id, u->>'manager' as manager, u->>'name' as name, u->>'version' as version, u->>'architecture' as architecture,
        door.known_class(u->>'manager', u->>'classification') as classification, u->>'severity' as severity
      from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid,
        jsonb_array_elements(e->'missing'->'updates') as u
      where d.id = any (fresh) and e ? 'missing' group by 1, 2, 3, 4, 5, 6, 7
    )
    select k.msp_id, k.id, s.classification, s.severity
    from said s cross join lateral (select p.msp_id, p.id, p.classification, p.severity from patches p where p.msp_id = s.msp_id
      and p.manager = s.manager and p.name = s.name and p.version = s.version and p.architecture = s.architecture limit 1) k
    where door.strictness(s.classification) > door.strictness(k.classification) or door.strictness(s.severity) > door.strictness(k.severity)
    order by k.id
  loop
    update patches p set
        classification = case when door.strictness(stricter.classification) > door.strictness(p.classification)
          then stricter.classification else p.classification end,
        severity = case when door.strictness(stricter.severity) > door.strictness(p.severity) then stricter.severity else p.severity end
      where p.msp_id = stricter.msp_id and p.id = stricter.id;
  end loop;
  -- From each set to its members by their place in the list, and to a predecessor by set and name: no join that a planner without
  -- statistics could get wrong, no list that is read again for each member. Of two under one name the first counts.
  with given as materialized (
    select d.msp_id, d.client_id, d.id as device_id, e->'missing'->'updates' as updates, e->'missing'->'sets' as sets,
      (select jsonb_object_agg(b.number || ' ' || (q->>'name'), q->'sha256' order by q_number desc)
        from jsonb_array_elements(e->'missing'->'sets') with ordinality as b (s, number),
          jsonb_array_elements(b.s->'predecessors') with ordinality as p (q, q_number)) as predecessors
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid where d.id = any (fresh) and e ? 'missing'
  ), members as materialized (
    select g.msp_id, g.client_id, g.device_id, n.number, n.s->>'key' as set_key, n.s->>'undoClass' as undo_class,
      n.s->>'undoReason' as undo_reason, g.updates->(k.place::int) as u,
      g.predecessors->>(n.number || ' ' || (g.updates->(k.place::int)->>'name')) as predecessor
    from given g, jsonb_array_elements(g.sets) with ordinality as n (s, number), jsonb_array_elements_text(n.s->'members') as k (place)
  ), listed as (
    select distinct on (m.device_id, c.id) m.msp_id, m.client_id, m.device_id, c.id as patch_id, m.u->>'fromVersion' as from_version,
      m.u->>'sha256' as sha256, m.set_key, m.undo_class, m.undo_reason, m.predecessor
    from members m, lateral (select p.id from patches p where p.msp_id = m.msp_id and p.manager = m.u->>'manager'
      and p.name = m.u->>'name' and p.version = m.u->>'version' and p.architecture = m.u->>'architecture' limit 1) c
    order by m.device_id, c.id, m.number
  )
  insert into device_patches as t (msp_id, client_id, device_id, patch_id, from_version, sha256, set_key, undo_class, undo_reason,
      predecessor_sha256, found_at)
    select msp_id, client_id, device_id, patch_id, from_version, sha256, set_key, undo_class, undo_reason, predecessor, p_at from listed
    on conflict (msp_id, device_id, patch_id) do update set from_version = excluded.from_version, sha256 = excluded.sha256,
      set_key = excluded.set_key, undo_class = excluded.undo_class, undo_reason = excluded.undo_reason,
      predecessor_sha256 = excluded.predecessor_sha256, resolved_at = null,
      found_at = case when t.resolved_at is null then t.found_at else excluded.found_at end
    where (t.from_version, t.sha256, t.set_key, t.undo_class, t.undo_reason, t.predecessor_sha256, t.resolved_at) is distinct from
      (excluded.from_version, excluded.sha256, excluded.set_key, excluded.undo_class, excluded.undo_reason, excluded.predecessor_sha256, null);
  -- What is not on a list is resolved only by a scan without trouble: no answer of the package manager is not "nothing is missing".
  with listed as (
    select d.id, d.msp_id, coalesce((select array_agg(c.id) from jsonb_array_elements(e->'missing'->'updates') as u
      join patches c on c.msp_id = d.msp_id and c.manager = u->>'manager' and c.name = u->>'name' and c.version = u->>'version'
        and c.architecture = u->>'architecture'), '{}') as patch_ids
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid
    where d.id = any (fresh) and e->'missing'->>'trouble' = ''
  ), resolved as (
    update device_patches t set resolved_at = p_at from listed l
    where t.msp_id = l.msp_id and t.device_id = l.id and t.resolved_at is null and t.patch_id <> all (l.patch_ids)
  )
  update devices d set missing_count = cardinality(l.patch_ids) from listed l
    where d.id = l.id and d.missing_count <> cardinality(l.patch_ids);
  -- In trouble, what stands in the list of packages at that very version is in all the same, unless the trouble names it.
  with troubled as (
    select d.id, d.msp_id, e->'missing'->>'trouble' as trouble from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid
    where d.id = any (fresh) and e->'missing'->>'trouble' <> ''
  ), resolved as (
    update device_patches t set resolved_at = p_at from troubled b
      join device_inventories i on i.msp_id = b.msp_id and i.device_id = b.id, patches c, package_versions v
    where t.msp_id = b.msp_id and t.device_id = b.id and t.resolved_at is null and c.msp_id = t.msp_id and c.id = t.patch_id
      and v.msp_id = c.msp_id and v.manager = c.manager and v.name = c.name and v.version = c.version
      and v.architecture = c.architecture and v.id = any (i.package_version_ids) and strpos(b.trouble, c.name) = 0
    returning t.msp_id, t.device_id, t.patch_id
  )
  update devices d set missing_count = m.missing from troubled b, lateral (select count(*) as missing from device_patches t
      where t.msp_id = b.msp_id and t.device_id = b.id and t.resolved_at is null and not exists (select from resolved r
        where r.msp_id = t.msp_id and r.device_id = t.device_id and r.patch_id = t.patch_id)) m
    where d.msp_id = b.msp_id and d.id = b.id and d.missing_count <> m.missing;
  -- `scanned_at` is the last good look: the lists are sent only when they change, so that the one before held until the trouble began.
  update device_inventories i set
      trouble = concat_ws(E'\n', nullif(e->'missing'->>'trouble', ''), case when i.device_id = any (beyond) then
        'The device shows more than ' || new_limit || ' updates within a day that no device has shown before: the others are not taken up yet.' end),
      waiting = coalesce(e->'missing'->'waiting', i.waiting),
      scanned_at = case when e->'missing'->>'trouble' = '' then (e->>'scannedAt')::timestamptz
        when i.trouble = '' and i.scanned_at is not null then p_at else i.scanned_at end,
      received_at = p_at
    from jsonb_array_elements(p_batch) as e where i.device_id = (e->>'device_id')::uuid and i.device_id = any (fresh) and e ? 'missing';

  update device_heartbeats h set
      facts_hash = case when e ? 'facts' then e->'hashes'->>'facts' else h.facts_hash end,
      packages_hash = case when e ? 'packages' then e->'hashes'->>'packages' else h.packages_hash end,
      -- What was not taken up is asked for again.
      missing_hash = case when h.device_id = any (beyond) then '' when e ? 'missing' then e->'hashes'->>'missing' else h.missing_hash end
    from jsonb_array_elements(p_batch) as e where h.device_id = (e->>'device_id')::uuid and h.device_id = any (fresh);
  insert into change_feed (msp_id, client_id, topic, subject_id)
    select d.msp_id, d.client_id, 'device', d.id from devices d where d.id = any (fresh);
  return query select i.id, i.id = any (coalesce(fresh, '{}')) from unnest(ids) as i (id);
end $$;
