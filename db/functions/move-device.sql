-- A device goes over to another client of the same MSP. What it is now goes with it (its row, heartbeat, inventory, what it lacks); what
-- happened stays with the client where it happened. Its id and its key stay: its agent notices nothing. p_tags null = as they are.
create or replace function door.move_device(p_at timestamptz, p_msp uuid, p_device uuid, p_client uuid, p_site uuid, p_tags text[], p_by text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  device devices;
begin
  if (pg_has_role(session_user, 'app_web', 'usage') or pg_has_role(session_user, 'app_worker', 'usage'))
      and not (p_msp is not distinct from nullif(current_setting('app.msp_id', true), '')::uuid
        and (current_setting('app.all_clients', true) = 't' or p_client = any (nullif(current_setting('app.client_ids', true), '')::uuid[]))) then
    raise exception 'no such client here' using errcode = 'insufficient_privilege';
  end if;
  perform door.release_device(p_at, p_msp, p_device, 'The device moved to another client');
  select d.* into device from devices d where d.msp_id = p_msp and d.id = p_device;
  if device.client_id = p_client then
    raise exception 'the device is there already';
  end if;
  update device_places l set left_at = p_at, host_name = device.host_name
    where l.msp_id = p_msp and l.client_id = device.client_id and l.device_id = p_device;
  insert into device_places (msp_id, client_id, device_id, arrived_at) values (p_msp, p_client, p_device, p_at)
    on conflict (msp_id, client_id, device_id) do update set arrived_at = excluded.arrived_at, left_at = null, host_name = '';
  -- Heartbeat and inventory go with it by their keys. Who brings an inventory at this moment holds the heartbeat, so it came before or comes after.
  update devices d set client_id = p_client, site_id = p_site, tags = coalesce(p_tags, d.tags), judged_at = p_at where d.msp_id = p_msp and d.id = p_device;
  -- What it says of patches counts for its client: here it says it anew.
  update device_heartbeats h set missing_hash = '' where h.msp_id = p_msp and h.device_id = p_device;
  update device_patches t set client_id = p_client where t.msp_id = p_msp and t.device_id = p_device and t.resolved_at is null;
  insert into device_events (msp_id, client_id, device_id, at, kind, summary)
    values (p_msp, device.client_id, p_device, p_at, 'moved-away', 'Left for another client, moved by ' || p_by),
      (p_msp, p_client, p_device, p_at, 'moved-here', 'Came from another client, moved by ' || p_by);
  perform door.recount_failed(p_msp, array[p_device]);
  insert into change_feed (msp_id, client_id, topic, subject_id) values (p_msp, device.client_id, 'device', p_device),
    (p_msp, p_client, 'device', p_device);
end $$;
