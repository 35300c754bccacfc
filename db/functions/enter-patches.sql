-- New rows of the catalogue from an inventory (door.inventory). Only what stands in a set: the rest can be neither planned nor counted.
-- Answers which devices showed more than one may bring.
create or replace function door.enter_patches(p_at timestamptz, p_batch jsonb, p_fresh uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  beyond uuid[];
begin
  with given as materialized (
    select d.msp_id, d.id as device_id, e->'missing'->'updates' as updates, e->'missing'->'sets' as sets
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid where d.id = any (p_fresh) and e ? 'missing'
  ), said as materialized (
    select g.msp_id, g.device_id, k.place::int as place, g.updates->(k.place::int) as u
    from given g, jsonb_array_elements(g.sets) as s, jsonb_array_elements_text(s->'members') as k (place)
  ), unheard as materialized (
    select s.msp_id, s.device_id, s.u, row_number() over (partition by s.device_id order by s.place) as number from said s
    where not exists (select from patches p where p.msp_id = s.msp_id and p.manager = s.u->>'manager' and p.name = s.u->>'name'
      and p.version = s.u->>'version' and p.architecture = s.u->>'architecture')
  ), room as materialized (
    select n.msp_id, n.device_id, door.new_patch_limit() - (select count(*) from device_patches t join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
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
  return beyond;
end $$;
