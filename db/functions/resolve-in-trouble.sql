-- In trouble, what stands in the list of packages at that very version is in all the same, unless the trouble names it.
create or replace function door.resolve_in_trouble(p_at timestamptz, p_batch jsonb, p_fresh uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  with troubled as (
    select d.id, d.msp_id, e->'missing'->>'trouble' as trouble from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid
    where d.id = any (p_fresh) and e->'missing'->>'trouble' <> ''
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
end $$;
