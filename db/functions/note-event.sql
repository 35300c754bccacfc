-- One line of a device's history that the device itself brings about: each text once, and twenty of a kind within a day.
create or replace function door.note_event(p_at timestamptz, p_device devices, p_kind text, p_told jsonb, p_summary text) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into device_events (msp_id, client_id, device_id, at, kind, order_id, summary)
    select p_device.msp_id, p_device.client_id, p_device.id, p_at, p_kind, (p_told->>'orderId')::uuid, p_summary
    where not exists (select from device_events v where v.msp_id = p_device.msp_id and v.device_id = p_device.id and v.kind = p_kind
        and v.summary = p_summary)
      and (select count(*) from device_events v where v.msp_id = p_device.msp_id and v.device_id = p_device.id and v.kind = p_kind
        and v.at > p_at - interval '1 day') < 20
$$;
