-- How a device stands, whenever that changed (trigger on devices, whose condition says what a change is), as of the moment that whoever wrote
-- it says. A device that moved or retired is gone from its client from then on.
create or replace function door.note_standing() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moment timestamptz := case when old.retired_at is distinct from new.retired_at then coalesce(new.retired_at, now()) else new.judged_at end;
begin
  if old.client_id <> new.client_id then
    insert into device_standings (msp_id, client_id, device_id, at, standing, is_silent, is_restart_pending)
      values (old.msp_id, old.client_id, old.id, moment, 'gone', false, false);
  end if;
  insert into device_standings (msp_id, client_id, device_id, at, standing, is_silent, is_restart_pending)
    select new.msp_id, new.client_id, new.id, moment, case when new.retired_at is null then new.standing else 'gone' end,
      new.retired_at is null and new.status = 'silent', new.retired_at is null and new.is_reboot_pending;
  return null;
end $$;
