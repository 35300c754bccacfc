-- Where the door stands with a device: highest request counter it used, end of its chain of reports. For a device that was restored.
create or replace function door.standing(p_device uuid)
returns table (counter_high bigint, report_seq bigint, report_hash text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select h.counter_high, d.report_seq, d.report_hash
  from devices d join device_heartbeats h on h.msp_id = d.msp_id and h.device_id = d.id where d.id = p_device
$$;
