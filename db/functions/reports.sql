-- Reports of many devices: stored without gaps in each device's order, and applied. Answers how far each device's own reports are stored, and
-- which of them were dropped (door.take_reports). Each element: {device_id, counter, reports: [{report, signature, hash}]} (hash = SHA-256 of
-- the canonical report, made by the door).
-- It answered one column less before; a function cannot be replaced by one of another type.
drop function if exists door.reports(timestamptz, jsonb);
create function door.reports(p_at timestamptz, p_batch jsonb)
returns table (device_id uuid, is_fresh boolean, ack_seq bigint, dropped bigint[])
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  given record;
  device devices;
  taken record;
begin
  for given in select (e->>'device_id')::uuid as id, (e->>'counter')::bigint as counter, e->'reports' as reports
      from jsonb_array_elements(p_batch) as e order by e->>'device_id' loop
    is_fresh := (select u.is_fresh from door.use_counters(p_at, array[given.id], array[given.counter]) u);
    select * into device from devices d where d.id = given.id for update;
    if not coalesce(is_fresh, false) or not found then
      return query select given.id, false, 0::bigint, '{}'::bigint[];
      continue;
    end if;
    taken := door.take_reports(p_at, device, given.reports);
    perform door.recount_failed(device.msp_id, array[device.id]);
    insert into change_feed (msp_id, client_id, topic, subject_id) values (device.msp_id, device.client_id, 'device', device.id);
    return query select given.id, true, taken.agreed, taken.dropped;
  end loop;
end $$;
