-- Each new device has a place, on which its history hangs, and stands somehow from its first moment (trigger on devices).
create or replace function door.note_place() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into device_places (msp_id, client_id, device_id, arrived_at) select m.msp_id, m.client_id, m.id, m.enrolled_at from made m;
  insert into device_standings (msp_id, client_id, device_id, at, standing, is_silent, is_restart_pending)
    select m.msp_id, m.client_id, m.id, m.enrolled_at, m.standing, m.status = 'silent', m.is_reboot_pending from made m;
  return null;
end $$;
