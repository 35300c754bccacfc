-- Each new device has a place: its history hangs on it (trigger on devices).
create or replace function door.note_place() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into device_places (msp_id, client_id, device_id, arrived_at) select m.msp_id, m.client_id, m.id, m.enrolled_at from made m;
  return null;
end $$;
