-- Packages of an inventory (door.inventory): new names into the dictionary first, as many as a device may bring within a day, then one sorted
-- array a device. Answers which devices showed more: what they may not bring is left out of their arrays.
drop function if exists door.take_packages(timestamptz, jsonb, uuid[]);
create function door.take_packages(p_at timestamptz, p_batch jsonb, p_fresh uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  beyond uuid[];
begin
  with unheard as materialized (
    select s.*, row_number() over (partition by s.device_id order by s.manager, s.name, s.version, s.architecture) as number from (
      select distinct d.msp_id, d.id as device_id, p->>'manager' as manager, p->>'name' as name, p->>'version' as version, p->>'architecture' as architecture
      from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid, jsonb_array_elements(e->'packages') as p
      where d.id = any (p_fresh) and e ? 'packages' and not exists (select from package_versions v where v.msp_id = d.msp_id
        and v.manager = p->>'manager' and v.name = p->>'name' and v.version = p->>'version' and v.architecture = p->>'architecture')) s
  ), room as materialized (
    select i.msp_id, i.device_id, u.brought, i.new_packages_since > p_at - interval '1 day' as is_same_day,
      door.new_package_limit() - case when i.new_packages_since > p_at - interval '1 day' then i.new_packages else 0 end as free
    from (select n.msp_id, n.device_id, count(*)::int as brought from unheard n group by 1, 2) u
      join device_inventories i on i.msp_id = u.msp_id and i.device_id = u.device_id
  ), entered as (
    insert into package_versions (msp_id, manager, name, version, architecture)
      select distinct n.msp_id, n.manager, n.name, n.version, n.architecture
      from unheard n join room r on r.device_id = n.device_id where n.number <= r.free
      order by 1, 2, 3, 4, 5
      on conflict do nothing
  ), counted as (
    update device_inventories i set new_packages = case when r.is_same_day then i.new_packages else 0 end + least(r.brought, r.free),
        new_packages_since = case when r.is_same_day then i.new_packages_since else p_at end
      from room r where i.msp_id = r.msp_id and i.device_id = r.device_id and r.free > 0
  )
  select array_agg(r.device_id) into beyond from room r where r.brought > r.free;
  with listed as (
    select d.id, array_remove(array_agg(distinct v.id), null) as versions
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid
      left join lateral jsonb_array_elements(e->'packages') as p on true
      left join package_versions v on v.msp_id = d.msp_id and v.manager = p->>'manager' and v.name = p->>'name'
        and v.version = p->>'version' and v.architecture = p->>'architecture'
    where d.id = any (p_fresh) and e ? 'packages' group by d.id
  )
  update device_inventories i set package_version_ids = l.versions, received_at = p_at
    from listed l where i.device_id = l.id and i.package_version_ids <> l.versions;
  return beyond;
end $$;
