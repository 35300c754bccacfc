-- Packages of an inventory (door.inventory): new names into the dictionary first, then one sorted array a device.
create or replace function door.take_packages(p_at timestamptz, p_batch jsonb, p_fresh uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into package_versions (msp_id, manager, name, version, architecture)
    select distinct d.msp_id, p->>'manager', p->>'name', p->>'version', p->>'architecture'
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid, jsonb_array_elements(e->'packages') as p
    where d.id = any (p_fresh) and e ? 'packages' and not exists (select from package_versions v where v.msp_id = d.msp_id
      and v.manager = p->>'manager' and v.name = p->>'name' and v.version = p->>'version' and v.architecture = p->>'architecture')
    order by 1, 2, 3, 4, 5
    on conflict do nothing;
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
end $$;
