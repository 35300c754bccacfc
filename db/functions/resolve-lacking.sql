-- What is not on a list is resolved only by a scan without trouble: no answer of the package manager is not "nothing is missing".
create or replace function door.resolve_lacking(p_at timestamptz, p_batch jsonb, p_fresh uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  -- Materialized: else each row that a device lacks would read its whole list again.
  with listed as materialized (
    select d.id, d.msp_id, coalesce((select array_agg(c.id) from jsonb_array_elements(e->'missing'->'updates') as u
      join patches c on c.msp_id = d.msp_id and c.manager = u->>'manager' and c.name = u->>'name' and c.version = u->>'version'
        and c.architecture = u->>'architecture'), '{}') as patch_ids
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid
    where d.id = any (p_fresh) and e->'missing'->>'trouble' = ''
  )
  update device_patches t set resolved_at = p_at from listed l
    where t.msp_id = l.msp_id and t.device_id = l.id and t.resolved_at is null and t.patch_id <> all (l.patch_ids);

  -- A statement of its own, so that it sees what the one before resolved. What is listed in no set is not stored, and not counted.
  update devices d set missing_count = m.missing
    from (select c.id, c.msp_id, (select count(*) from device_patches t
        where t.msp_id = c.msp_id and t.device_id = c.id and t.resolved_at is null) as missing
      from jsonb_array_elements(p_batch) as e join devices c on c.id = (e->>'device_id')::uuid
      where c.id = any (p_fresh) and e->'missing'->>'trouble' = '') m
    where d.msp_id = m.msp_id and d.id = m.id and d.missing_count <> m.missing;
end $$;
