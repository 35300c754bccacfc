-- Check-in of many devices of many tenants at once. `want_*`: the section differs from what is stored. `root_version`: the newest root of the
-- signing keys there is.
create or replace function door.check_in(p_at timestamptz, p_devices uuid[], p_counters bigint[], p_facts text[], p_packages text[], p_missing text[])
returns table (device_id uuid, is_fresh boolean, want_facts boolean, want_packages boolean, want_missing boolean, has_orders boolean,
  root_version integer)
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  -- A heartbeat lost with the power is sent again in seconds: no wait for the disk. Reports and permits wait.
  select set_config('synchronous_commit', 'off', true);
  with given as (
    select * from unnest(p_devices, p_facts, p_packages, p_missing) as g (device_id, facts, packages, missing)
  )
  select g.device_id, u.is_fresh, h.facts_hash <> g.facts, h.packages_hash <> g.packages, h.missing_hash <> g.missing,
    exists (select from work_orders o where o.device_id = g.device_id and o.state = 'ready' and o.not_before <= p_at),
    (select max(r.version) from signing_roots r)
  from given g
  join door.use_counters(p_at, p_devices, p_counters) u on u.device_id = g.device_id
  join device_heartbeats h on h.device_id = g.device_id
$$;
