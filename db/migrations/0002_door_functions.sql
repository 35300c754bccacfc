-- The device door's only way in: named set-based functions, executed by app_device, owned by door_definer
-- (no login, no BYPASSRLS; explicit policies on the tables below). Ids come from verified credentials. Time is an input (p_at).
create schema door;
--> statement-breakpoint
grant usage on schema door to app_device;
--> statement-breakpoint
grant usage, create on schema door to door_definer;
--> statement-breakpoint
create function public.door_policy(p_table text, p_commands text) returns void language plpgsql as $$
begin
  execute format('create policy door_all on public.%I for all to door_definer using (true) with check (true)', p_table);
  execute format('grant %s on public.%I to door_definer', p_commands, p_table);
end $$;
--> statement-breakpoint
select door_policy(name, commands) from (values
  ('msps', 'select'), ('clients', 'select'), ('policies', 'select'), ('enrolment_tokens', 'select, update'),
  ('devices', 'select, insert, update'), ('device_heartbeats', 'select, insert, update'),
  ('device_inventories', 'select, insert, update'), ('package_versions', 'select, insert'), ('device_reports', 'select, insert'),
  ('device_events', 'select, insert'), ('patches', 'select, insert, update'), ('device_patches', 'select, insert, update'),
  ('holds', 'select, insert'), ('breakers', 'select, insert, update'), ('rollouts', 'select'),
  ('rollout_rings', 'select, update'), ('ring_patches', 'select, update'), ('ring_windows', 'select'),
  ('plan_items', 'select, update'), ('work_orders', 'select, update'), ('outbox', 'insert'), ('change_feed', 'insert')
) as t (name, commands);
--> statement-breakpoint
drop function public.door_policy(text, text);
--> statement-breakpoint
grant select on public.worker_beats, public.signing_keys to door_definer;
--> statement-breakpoint
-- A row lock (the permit reads the stop flag FOR SHARE) needs the update right on one column.
grant update (is_stopped) on public.rollouts to door_definer;
--> statement-breakpoint
set role door_definer;
--> statement-breakpoint
-- What a door process caches to verify a request.
create function door.credentials(p_ids uuid[])
returns table (device_id uuid, msp_id uuid, client_id uuid, public_key text, is_retired boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
  select id, d.msp_id, d.client_id, d.public_key, retired_at is not null from devices d where id = any (p_ids)
$$;
--> statement-breakpoint
-- The pinned root that enrolment hands out.
create function door.signing_root() returns table (key_id text, public_key text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select k.key_id, k.public_key from signing_keys k where retired_at is null order by created_at
$$;
--> statement-breakpoint
-- Uses up each request counter once within a sliding window of 64 (as IPsec does, RFC 4303 3.4.3). A device stands once in a batch.
create function door.use_counters(p_at timestamptz, p_devices uuid[], p_counters bigint[])
returns table (device_id uuid, is_fresh boolean)
language sql security definer set search_path = pg_catalog, public as $$
  with given as (select * from unnest(p_devices, p_counters) as g (device_id, counter)),
  used as (
    update device_heartbeats h set
      seen_at = greatest(h.seen_at, p_at),
      counter_high = greatest(h.counter_high, g.counter),
      counter_bits = case
        when g.counter - h.counter_high > 64 then 0
        when g.counter - h.counter_high = 64 then (1::bigint << 63)
        when g.counter > h.counter_high then
          (h.counter_bits << (g.counter - h.counter_high)::int) | (1::bigint << (g.counter - h.counter_high - 1)::int)
        else h.counter_bits | (1::bigint << (h.counter_high - g.counter - 1)::int) end
    from given g
    where h.device_id = g.device_id and g.counter > 0 and case
      when g.counter > h.counter_high then true
      when g.counter = h.counter_high or h.counter_high - g.counter > 64 then false
      else (h.counter_bits >> (h.counter_high - g.counter - 1)::int) & 1 = 0 end
    returning h.device_id
  )
  select g.device_id, u.device_id is not null from given g left join used u using (device_id)
$$;
--> statement-breakpoint
-- Check-in of many devices of many tenants at once. `want_*`: the section differs from what is stored.
create function door.check_in(p_at timestamptz, p_devices uuid[], p_counters bigint[], p_facts text[], p_packages text[], p_missing text[])
returns table (device_id uuid, is_fresh boolean, want_facts boolean, want_packages boolean, want_missing boolean, has_orders boolean)
language sql security definer set search_path = pg_catalog, public as $$
  with given as (
    select * from unnest(p_devices, p_facts, p_packages, p_missing) as g (device_id, facts, packages, missing)
  )
  select g.device_id, u.is_fresh, h.facts_hash <> g.facts, h.packages_hash <> g.packages, h.missing_hash <> g.missing,
    exists (select from work_orders o where o.device_id = g.device_id and o.state = 'ready' and o.not_before <= p_at)
  from given g
  join door.use_counters(p_at, p_devices, p_counters) u on u.device_id = g.device_id
  join device_heartbeats h on h.device_id = g.device_id
$$;
--> statement-breakpoint
-- Enrolment: uses the token up and makes the device, in one statement. The same key with the same MSP answers the same device again.
create function door.enrol(p_at timestamptz, p_token_hash text, p_public_key text, p_facts jsonb)
returns table (verdict text, device_id uuid, msp_id uuid, client_id uuid)
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
  token record;
  made record;
begin
  select t.* into token from enrolment_tokens t where t.token_hash = p_token_hash for update;
  if not found or token.revoked_at is not null or token.expires_at <= p_at then
    return query select 'token-refused'::text, null::uuid, null::uuid, null::uuid;
    return;
  end if;
  select d.id, d.msp_id, d.client_id into made from devices d
    where d.msp_id = token.msp_id and d.client_id = token.client_id and d.public_key = p_public_key and d.retired_at is null;
  if found then
    return query select 'enrolled'::text, made.id, made.msp_id, made.client_id;
    return;
  end if;
  -- A key belongs to one device of an MSP for good: neither a second client nor a retired device gets it again.
  if token.uses_left < 1 or exists (select from devices d where d.msp_id = token.msp_id and d.public_key = p_public_key) then
    return query select 'token-refused'::text, null::uuid, null::uuid, null::uuid;
    return;
  end if;
  update enrolment_tokens t set uses_left = t.uses_left - 1 where t.msp_id = token.msp_id and t.id = token.id;
  insert into devices as d (msp_id, client_id, site_id, host_name, tags, time_zone, os_name, public_key, machine_id, agent_version,
      enrolled_at, last_seen_at, is_reboot_pending)
    select token.msp_id, token.client_id, token.site_id, p_facts->>'hostName',
      coalesce((select array_agg(tag) from jsonb_array_elements_text(p_facts->'tags') as tag), '{}'),
      p_facts->>'timeZone', (p_facts->>'osName') || ' ' || (p_facts->>'osVersion'), p_public_key, p_facts->>'machineId',
      p_facts->>'agentVersion', p_at, p_at, coalesce((p_facts->>'isRebootPending')::boolean, false)
    returning d.id, d.msp_id, d.client_id into made;
  insert into device_heartbeats (msp_id, client_id, device_id, seen_at) values (made.msp_id, made.client_id, made.id, p_at);
  insert into device_inventories (msp_id, client_id, device_id, facts, received_at)
    values (made.msp_id, made.client_id, made.id, p_facts, p_at);
  insert into device_events (msp_id, client_id, device_id, at, kind, summary)
    values (made.msp_id, made.client_id, made.id, p_at, 'enrolled', 'Enrolled with a token of ' || token.created_by);
  insert into change_feed (msp_id, client_id, topic, subject_id) values (made.msp_id, made.client_id, 'device', made.id);
  return query select 'enrolled'::text, made.id, made.msp_id, made.client_id;
end $$;
--> statement-breakpoint
-- Inventory of many devices. Each element: {device_id, counter, hashes, scannedAt, facts?, packages?, missing?} as the wire has it.
create function door.inventory(p_at timestamptz, p_batch jsonb)
returns table (device_id uuid, is_fresh boolean)
-- A plan kept from when the tables were small would read them whole for each update: six times slower with 5,000.
language plpgsql security definer set search_path = pg_catalog, public set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  fresh uuid[];
  ids uuid[];
  counters bigint[];
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

  -- Missing patches: catalogue, then what each device lacks.
  insert into patches (msp_id, manager, name, version, architecture, classification, severity, source, size_bytes, first_seen_at)
    select distinct on (d.msp_id, u->>'manager', u->>'name', u->>'version', u->>'architecture')
      d.msp_id, u->>'manager', u->>'name', u->>'version', u->>'architecture', u->>'classification', u->>'severity', u->>'source',
      (u->>'sizeBytes')::bigint, p_at
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid,
      jsonb_array_elements(e->'missing'->'updates') as u
    where d.id = any (fresh) and e ? 'missing'
    order by 1, 2, 3, 4, 5
    on conflict (msp_id, manager, name, version, architecture) do nothing;
  -- From each set to its members by their place in the list: no join that a planner without statistics could get wrong.
  with given as materialized (
    select d.msp_id, d.client_id, d.id as device_id, e->'missing'->'updates' as updates, e->'missing'->'sets' as sets
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid where d.id = any (fresh) and e ? 'missing'
  ), members as materialized (
    select g.msp_id, g.client_id, g.device_id, n.number, n.s->>'key' as set_key, n.s->>'undoClass' as undo_class,
      n.s->>'undoReason' as undo_reason, g.updates->(k.place::int) as u,
      (select q->>'sha256' from jsonb_array_elements(n.s->'predecessors') as q
        where q->>'name' = g.updates->(k.place::int)->>'name' limit 1) as predecessor
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
  with listed as (
    select d.id, d.msp_id, coalesce((select array_agg(c.id) from jsonb_array_elements(e->'missing'->'updates') as u
      join patches c on c.msp_id = d.msp_id and c.manager = u->>'manager' and c.name = u->>'name' and c.version = u->>'version'
        and c.architecture = u->>'architecture'), '{}') as patch_ids
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid
    where d.id = any (fresh) and e ? 'missing'
  ), resolved as (
    update device_patches t set resolved_at = p_at from listed l
    where t.msp_id = l.msp_id and t.device_id = l.id and t.resolved_at is null and t.patch_id <> all (l.patch_ids)
  ), counted as (
    update devices d set missing_count = cardinality(l.patch_ids) from listed l
    where d.id = l.id and d.missing_count <> cardinality(l.patch_ids)
  )
  update device_inventories i set trouble = e->'missing'->>'trouble', waiting = coalesce(e->'missing'->'waiting', '[]'),
      scanned_at = (e->>'scannedAt')::timestamptz, received_at = p_at
    from jsonb_array_elements(p_batch) as e where i.device_id = (e->>'device_id')::uuid and i.device_id = any (fresh) and e ? 'missing';

  update device_heartbeats h set
      facts_hash = case when e ? 'facts' then e->'hashes'->>'facts' else h.facts_hash end,
      packages_hash = case when e ? 'packages' then e->'hashes'->>'packages' else h.packages_hash end,
      missing_hash = case when e ? 'missing' then e->'hashes'->>'missing' else h.missing_hash end
    from jsonb_array_elements(p_batch) as e where h.device_id = (e->>'device_id')::uuid and h.device_id = any (fresh);
  insert into change_feed (msp_id, client_id, topic, subject_id)
    select d.msp_id, d.client_id, 'device', d.id from devices d where d.id = any (fresh);
  return query select i.id, i.id = any (coalesce(fresh, '{}')) from unnest(ids) as i (id);
end $$;
--> statement-breakpoint
-- May this order start now? One rule for lease and permit. '' = yes, else the denial of the wire.
create function door.start_denial(p_at timestamptz, p_order work_orders, p_is_permit boolean)
returns text language plpgsql stable security definer set search_path = pg_catalog, public as $$
declare
  run record;
begin
  if p_order.state not in ('ready', 'open') or p_order.not_after <= p_at then return 'expired'; end if;
  if p_order.not_before > p_at then return 'window-closed'; end if;
  -- A later order of this device names it: it never starts any more, not even while the later one waits.
  if exists (select from work_orders x where x.device_id = p_order.device_id and x.state in ('ready', 'open')
      and p_order.id = any (x.supersedes)) then
    return 'superseded';
  end if;
  if p_order.rollout_id is null then return ''; end if;
  -- Going back is never held up: neither by a pause nor by a silent evaluator nor by a window.
  if p_order.verb = 'rollback' then return ''; end if;
  select is_stopped, state into run from rollouts r where r.msp_id = p_order.msp_id and r.id = p_order.rollout_id;
  if run.state = 'aborted' then return 'superseded'; end if;
  if run.is_stopped then return 'paused'; end if;
  if p_order.verb <> 'install' then return ''; end if;
  if exists (select from ring_patches p where p.msp_id = p_order.msp_id and p.rollout_id = p_order.rollout_id
      and p.position = p_order.position and p.patch_id = any (p_order.patch_ids) and p.is_stopped) then
    return 'superseded';
  end if;
  if not exists (select from worker_beats b where b.name = 'evaluator' and b.at > p_at - interval '60 seconds') then
    return 'no-evaluator';
  end if;
  if p_order.window_open_until > p_at then return ''; end if;
  -- A device that was leased its order inside the window may start until the cut-off of that window.
  if exists (select from ring_windows w join devices d on d.msp_id = p_order.msp_id and d.id = p_order.device_id
      where w.msp_id = p_order.msp_id and w.rollout_id = p_order.rollout_id and w.position = p_order.position
        and w.time_zone in (d.time_zone, '*') and w.opens_at <= p_at and p_at < w.last_start_at) then
    return '';
  end if;
  if p_is_permit and exists (select from ring_windows w join devices d on d.msp_id = p_order.msp_id and d.id = p_order.device_id
      where w.msp_id = p_order.msp_id and w.rollout_id = p_order.rollout_id and w.position = p_order.position
        and w.time_zone in (d.time_zone, '*') and w.opens_at <= p_at and p_at < w.closes_at) then
    return 'not-enough-time';
  end if;
  return 'window-closed';
end $$;
--> statement-breakpoint
-- Hands out what each waiting device may have now: one change order a device at a time, roll back before install, at most
-- `concurrency` of a ring under way. A lease lasts 60 s; a device that never said "accepted" gets the order again.
create function door.lease(p_at timestamptz, p_devices uuid[])
returns table (device_id uuid, order_id uuid, envelope jsonb)
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
  -- Two leases at once would both count the same orders under way: rings with a limit take turns.
  perform from rollout_rings r where r.concurrency is not null and (r.msp_id, r.rollout_id, r.position) in (
      select o.msp_id, o.rollout_id, o.position from work_orders o
      where o.device_id = any (p_devices) and o.state = 'ready' and o.verb = 'install')
    order by r.msp_id, r.rollout_id, r.position for no key update;
  return query
  with candidates as materialized (
    select o.msp_id, o.id, o.device_id, o.verb, o.rollout_id, o.position, o.created_at,
      row_number() over (partition by o.device_id, o.verb in ('install', 'rollback')
        order by case o.verb when 'rollback' then 0 else 1 end, o.seq) as turn
    from work_orders o
    where o.device_id = any (p_devices) and o.state = 'ready' and (o.lease_until is null or o.lease_until < p_at)
      and door.start_denial(p_at, o, false) = ''
      -- One change order a device: another one that it holds, or was handed a moment ago, comes first.
      and not (o.verb in ('install', 'rollback') and exists (select from work_orders x where x.device_id = o.device_id
        and (x.state = 'open' or (x.state = 'ready' and x.lease_until >= p_at))
        and x.verb in ('install', 'rollback') and x.id <> o.id and x.id <> all (o.supersedes)))
  ), chosen as (
    select c.*, r.concurrency,
      row_number() over (partition by c.msp_id, c.rollout_id, c.position, c.verb order by c.created_at, c.id) as place,
      (select count(*) from work_orders x where x.msp_id = c.msp_id and x.rollout_id = c.rollout_id and x.position = c.position
        and x.verb = 'install' and case x.state
          -- A device that went dark does not hold its place for ever.
          when 'open' then x.not_after > p_at or x.permitted_at > p_at - interval '2 hours'
          when 'ready' then x.lease_until >= p_at
          else false end) as under_way
    from candidates c left join rollout_rings r
      on r.msp_id = c.msp_id and r.rollout_id = c.rollout_id and r.position = c.position
    where c.verb not in ('install', 'rollback') or c.turn = 1
  ), locked as (
    select o.msp_id, o.id from work_orders o join chosen c on c.msp_id = o.msp_id and c.id = o.id
    where c.verb <> 'install' or c.concurrency is null or c.place + c.under_way <= c.concurrency
    order by o.id for update of o skip locked
  ), leased as (
    update work_orders o set lease_until = p_at + interval '60 seconds' from locked l
      where o.msp_id = l.msp_id and o.id = l.id and o.state = 'ready'
    returning o.msp_id, o.device_id, o.id, o.envelope, o.supersedes
  ), replaced as (
    -- What the newer order names and the device never started is over.
    update work_orders o set state = 'void', finished_at = p_at from leased l
      where o.msp_id = l.msp_id and o.device_id = l.device_id and o.id = any (l.supersedes) and o.state in ('unsigned', 'ready')
  )
  select l.device_id, l.id, l.envelope from leased l;
end $$;
--> statement-breakpoint
-- The start permit. It is the last word before a device changes anything, so it takes the order's row lock.
create function door.permit(p_at timestamptz, p_device uuid, p_counter bigint, p_order uuid)
returns table (is_fresh boolean, denial text, valid_until timestamptz)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  wanted work_orders;
  refused text;
  ends timestamptz;
begin
  if not (select u.is_fresh from door.use_counters(p_at, array[p_device], array[p_counter]) u) then
    return query select false, null::text, null::timestamptz;
    return;
  end if;
  -- Which device asks was proved by its key; a retired one is told nothing, whatever the door still remembers of it.
  select o.* into wanted from work_orders o join devices d on d.msp_id = o.msp_id and d.id = o.device_id
    where o.device_id = p_device and o.id = p_order and d.retired_at is null for update of o;
  if not found then
    return query select true, 'unknown-order'::text, null::timestamptz;
    return;
  end if;
  -- The flag is read under a lock, so that no permit is given after a pause has committed.
  perform from rollouts r where r.msp_id = wanted.msp_id and r.id = wanted.rollout_id for share;
  refused := door.start_denial(p_at, wanted, true);
  if refused <> '' then
    insert into device_events (msp_id, client_id, device_id, at, kind, order_id, summary)
      select wanted.msp_id, wanted.client_id, p_device, p_at, 'permit-denied', p_order, 'Start not permitted: ' || refused
      where not exists (select from device_events e where e.msp_id = wanted.msp_id and e.device_id = p_device
        and e.order_id = p_order and e.kind = 'permit-denied' and e.summary = 'Start not permitted: ' || refused);
    return query select true, refused, null::timestamptz;
    return;
  end if;
  -- Ten minutes, but never past the order or, outside "patch now", past the last start of the window.
  ends := least(p_at + interval '10 minutes', wanted.not_after);
  if wanted.verb = 'install' and wanted.rollout_id is not null then
    ends := least(ends, coalesce(greatest(wanted.window_open_until, (select max(w.last_start_at) from ring_windows w
      join devices d on d.msp_id = wanted.msp_id and d.id = p_device
      where w.msp_id = wanted.msp_id and w.rollout_id = wanted.rollout_id and w.position = wanted.position
        and w.time_zone in (d.time_zone, '*') and w.opens_at <= p_at and p_at < w.last_start_at)), ends));
  end if;
  -- The last permit is the one that may still be used; asking again is one event in ten minutes.
  update work_orders o set state = 'open', permitted_at = p_at where o.msp_id = wanted.msp_id and o.id = wanted.id;
  if wanted.permitted_at is null or wanted.permitted_at < p_at - interval '10 minutes' then
    insert into device_events (msp_id, client_id, device_id, at, kind, order_id, summary)
      values (wanted.msp_id, wanted.client_id, p_device, p_at, 'permitted', p_order, 'Start permitted');
  end if;
  return query select true, ''::text, ends;
end $$;
--> statement-breakpoint
-- One failure of one patch on one device: counts once, trips the ring's hard limit and the MSP's breaker in the same transaction.
create function door.count_failure(p_at timestamptz, p_item plan_items) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  device_limit_now integer;
  breaker_now breakers;
  named text;
begin
  update ring_patches p set failed = p.failed + 1, proved = p.proved - case when p_item.is_proof_counted then 1 else 0 end
    where p.msp_id = p_item.msp_id and p.rollout_id = p_item.rollout_id and p.position = p_item.position and p.patch_id = p_item.patch_id;
  -- Hard limit: from here on nothing of this patch is leased or permitted in this rollout, Temporal or not.
  update ring_patches p set is_stopped = true
    where p.msp_id = p_item.msp_id and p.rollout_id = p_item.rollout_id and p.patch_id = p_item.patch_id and not p.is_stopped
      and exists (select from ring_patches q where q.msp_id = p.msp_id and q.rollout_id = p.rollout_id
        and q.position = p_item.position and q.patch_id = p.patch_id and q.failed > q.failure_limit);
  select coalesce((select (document->'breaker'->>'devices')::int from policies
    where msp_id = p_item.msp_id and client_id is null order by version desc limit 1), 3) into device_limit_now;
  insert into breakers as b (msp_id, patch_id, failed_devices, device_limit) values (p_item.msp_id, p_item.patch_id, 1, device_limit_now)
    on conflict (msp_id, patch_id) do update set failed_devices = b.failed_devices + 1, device_limit = device_limit_now
    returning * into breaker_now;
  if breaker_now.tripped_at is null and breaker_now.failed_devices >= breaker_now.device_limit then
    update breakers set tripped_at = p_at where msp_id = p_item.msp_id and patch_id = p_item.patch_id;
    select name || ' ' || version into named from patches where msp_id = p_item.msp_id and id = p_item.patch_id;
    insert into holds (msp_id, client_id, patch_id, source, reason, rollout_id, set_by, set_at)
      values (p_item.msp_id, null, p_item.patch_id, 'breaker',
        named || ' failed on ' || breaker_now.failed_devices || ' devices across the clients', p_item.rollout_id, 'Breaker', p_at);
    update ring_patches p set is_stopped = true where p.msp_id = p_item.msp_id and p.patch_id = p_item.patch_id and not p.is_stopped;
    update rollout_rings r set is_dirty = true from ring_patches p
      where p.msp_id = p_item.msp_id and p.patch_id = p_item.patch_id and p.is_stopped
        and r.msp_id = p.msp_id and r.rollout_id = p.rollout_id and r.position = p.position and r.state = 'open';
  end if;
end $$;
--> statement-breakpoint
-- What one reported set means for the plan. Install orders count towards the gate, once each way; rollback orders do not.
create function door.apply_set(p_at timestamptz, p_order work_orders, p_set jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  item plan_items;
  outcome text := p_set->>'outcome';
  next_state text := case outcome when 'installed' then 'proved' when 'already-installed' then 'proved'
    when 'not-started' then 'staged' else outcome end;
begin
  for item in select * from plan_items i where i.msp_id = p_order.msp_id and i.rollout_id = p_order.rollout_id
      and i.device_id = p_order.device_id and i.set_key = p_set->>'key' order by i.patch_id for update loop
    -- A stage result never moves an item that has gone further.
    continue when p_order.verb = 'stage' and item.state not in ('planned', 'staged');
    continue when outcome = 'not-started' and item.state not in ('ordered', 'installing');
    -- Late words of an install order's watch do not bring back what was taken back since.
    continue when p_order.verb = 'install' and next_state = 'proved'
      and item.state in ('rolling-back', 'rolled-back', 'rollback-failed', 'overtaken');
    update plan_items i set state = next_state, state_at = p_at, reason = coalesce(p_set->>'reason', ''),
        undo_class = case when outcome = 'staged' then p_set->>'undoClass' else i.undo_class end,
        is_claimed = i.is_claimed and next_state not in ('vanished', 'overtaken'),
        is_proof_counted = i.is_proof_counted or (p_order.verb = 'install' and next_state = 'proved'),
        is_failure_counted = i.is_failure_counted or (p_order.verb = 'install' and next_state in ('failed', 'rolled-back', 'rollback-failed'))
      where i.msp_id = item.msp_id and i.rollout_id = item.rollout_id and i.device_id = item.device_id and i.patch_id = item.patch_id;
    if p_order.verb = 'install' and next_state = 'proved' and not item.is_proof_counted and not item.is_failure_counted then
      update ring_patches p set proved = p.proved + 1 where p.msp_id = item.msp_id and p.rollout_id = item.rollout_id
        and p.position = item.position and p.patch_id = item.patch_id;
    elsif p_order.verb = 'install' and next_state in ('failed', 'rolled-back', 'rollback-failed') and not item.is_failure_counted then
      perform door.count_failure(p_at, item);
    end if;
  end loop;
end $$;
--> statement-breakpoint
-- Reports of many devices: stored without gaps in each device's order, and applied. Answers how far each device is stored.
-- Each element: {device_id, counter, reports: [{report, signature, hash}]} (hash = SHA-256 of the canonical report, made by the door).
create function door.reports(p_at timestamptz, p_batch jsonb)
returns table (device_id uuid, is_fresh boolean, ack_seq bigint)
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
  given record;
  entry jsonb;
  told jsonb;
  part jsonb;
  device devices;
  ordered work_orders;
  fresh boolean;
  told_state text;
begin
  for given in select (e->>'device_id')::uuid as id, (e->>'counter')::bigint as counter, e->'reports' as reports
      from jsonb_array_elements(p_batch) as e order by e->>'device_id' loop
    select u.is_fresh into fresh from door.use_counters(p_at, array[given.id], array[given.counter]) u;
    select * into device from devices d where d.id = given.id for update;
    if not coalesce(fresh, false) or not found then
      return query select given.id, false, 0::bigint;
      continue;
    end if;
    for entry in select e from jsonb_array_elements(given.reports) as e order by (e->'report'->>'seq')::bigint loop
      told := entry->'report';
      told_state := told->>'state';
      -- A repeated report is known already; one after a gap waits until the device sends what is missing.
      continue when (told->>'seq')::bigint <= device.report_seq;
      exit when (told->>'seq')::bigint > device.report_seq + 1;
      if told->>'prevHash' <> device.report_hash then
        insert into device_events (msp_id, client_id, device_id, at, kind, order_id, summary)
          values (device.msp_id, device.client_id, device.id, p_at, 'chain-broken', (told->>'orderId')::uuid,
            'Report ' || (told->>'seq') || ' does not follow the one before: the device may be a copy or was restored');
      end if;
      insert into device_reports (msp_id, client_id, device_id, seq, order_id, state, at, received_at, body, signature)
        values (device.msp_id, device.client_id, device.id, (told->>'seq')::bigint, (told->>'orderId')::uuid, told_state,
          (told->>'at')::timestamptz, p_at, told, entry->>'signature');
      device.report_seq := (told->>'seq')::bigint;
      device.report_hash := entry->>'hash';
      update devices d set report_seq = device.report_seq, report_hash = device.report_hash,
        is_reboot_pending = (told->>'isRebootPending')::boolean where d.msp_id = device.msp_id and d.id = device.id;

      select * into ordered from work_orders o where o.msp_id = device.msp_id and o.device_id = device.id
        and o.id = (told->>'orderId')::uuid for update;
      continue when not found;
      update work_orders o set device_state = told_state,
          state = case
            when told_state in ('refused', 'expired', 'overtaken', 'cancelled', 'staged', 'vanished', 'proved', 'released', 'rolled-back',
              'rollback-failed', 'done') then 'finished'
            when o.state in ('ready', 'unsigned') then 'open' else o.state end,
          finished_at = case when told_state in ('refused', 'expired', 'overtaken', 'cancelled', 'staged', 'vanished', 'proved', 'released',
            'rolled-back', 'rollback-failed', 'done') then coalesce(o.finished_at, p_at) else o.finished_at end
        where o.msp_id = ordered.msp_id and o.id = ordered.id;
      if ordered.rollout_id is not null then
        for part in select s from jsonb_array_elements(told->'sets') as s loop
          perform door.apply_set(p_at, ordered, part);
        end loop;
        if told_state in ('permitted', 'installing') and ordered.verb = 'install' then
          update plan_items i set state = 'installing', state_at = p_at where i.msp_id = ordered.msp_id
            and i.rollout_id = ordered.rollout_id and i.device_id = ordered.device_id and i.patch_id = any (ordered.patch_ids)
            and i.state in ('ordered', 'staged');
        elsif told_state in ('refused', 'expired', 'overtaken', 'cancelled') and ordered.verb = 'install' then
          -- Nothing was changed: the next attempt may be made, except where the device itself refused.
          update plan_items i set state = case when told_state = 'refused' then 'failed' else 'staged' end, state_at = p_at,
              reason = coalesce(told->'refusal'->>'code', told_state) || ': ' || coalesce(told->'refusal'->>'detail', told->>'summary', '')
            where i.msp_id = ordered.msp_id and i.rollout_id = ordered.rollout_id and i.device_id = ordered.device_id
              and i.patch_id = any (ordered.patch_ids) and i.state in ('ordered', 'installing');
        elsif told_state = 'refused' and ordered.verb = 'rollback' then
          update plan_items i set state = 'rollback-failed', state_at = p_at,
              reason = coalesce(told->'refusal'->>'code', told_state) || ': ' || coalesce(told->'refusal'->>'detail', told->>'summary', '')
            where i.msp_id = ordered.msp_id and i.rollout_id = ordered.rollout_id and i.device_id = ordered.device_id
              and i.patch_id = any (ordered.patch_ids) and i.state = 'rolling-back';
        end if;
        update rollout_rings r set is_dirty = true where r.msp_id = ordered.msp_id and r.rollout_id = ordered.rollout_id
          and r.position = coalesce(ordered.position, r.position);
        insert into change_feed (msp_id, client_id, topic, subject_id)
          values (ordered.msp_id, ordered.client_id, 'rollout', ordered.rollout_id);
      end if;
    end loop;
    update devices d set failed_count = (select count(*) from plan_items i where i.msp_id = device.msp_id
        and i.device_id = device.id and i.state in ('failed', 'rollback-failed', 'rolled-back') and i.is_claimed)
      where d.msp_id = device.msp_id and d.id = device.id;
    insert into change_feed (msp_id, client_id, topic, subject_id) values (device.msp_id, device.client_id, 'device', device.id);
    return query select given.id, true, device.report_seq;
  end loop;
end $$;
--> statement-breakpoint
reset role;
--> statement-breakpoint
revoke create on schema door from door_definer;
--> statement-breakpoint
revoke all on all functions in schema door from public;
--> statement-breakpoint
grant execute on function door.credentials(uuid[]), door.signing_root(), door.use_counters(timestamptz, uuid[], bigint[]),
  door.check_in(timestamptz, uuid[], bigint[], text[], text[], text[]), door.enrol(timestamptz, text, text, jsonb),
  door.inventory(timestamptz, jsonb), door.lease(timestamptz, uuid[]), door.permit(timestamptz, uuid, bigint, uuid),
  door.reports(timestamptz, jsonb) to app_device;
