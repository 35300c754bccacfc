-- Writes door.count_failed to these devices: the one writer of devices.failed_count. Whoever moves an item to or from a failure calls it after.
create or replace function door.recount_failed(p_msp uuid, p_devices uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if (pg_has_role(session_user, 'app_web', 'usage') or pg_has_role(session_user, 'app_worker', 'usage'))
      and p_msp is distinct from nullif(current_setting('app.msp_id', true), '')::uuid then
    raise exception 'no such devices here' using errcode = 'insufficient_privilege';
  end if;
  update devices d set failed_count = c.failed
    from unnest(p_devices) as g (id) cross join lateral (select door.count_failed(p_msp, g.id) as failed) c
    where d.msp_id = p_msp and d.id = g.id and d.failed_count <> c.failed;
end $$;
