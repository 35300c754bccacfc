-- Enrolment: uses the token up and makes the device, in one statement. The same key with the same MSP answers the same device again.
-- Its tags are the token's: rings are chosen by tags, so people give them. What a device calls itself puts it into no ring.
create or replace function door.enrol(p_at timestamptz, p_token_hash text, p_public_key text, p_facts jsonb)
returns table (verdict text, device_id uuid, msp_id uuid, client_id uuid)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  token record;
  made record;
begin
  select t.* into token from enrolment_tokens t where t.token_hash = p_token_hash for update;
  if not found or token.revoked_at is not null or token.expires_at <= p_at
      or exists (select from clients c where c.msp_id = token.msp_id and c.id = token.client_id and c.archived_at is not null) then
    return query select 'token-refused'::text, null::uuid, null::uuid, null::uuid;
    return;
  end if;
  select d.id, d.msp_id, d.client_id into made from devices d
    where d.msp_id = token.msp_id and d.client_id = token.client_id and d.public_key = p_public_key and d.retired_at is null;
  if found then
    return query select 'enrolled'::text, made.id, made.msp_id, made.client_id;
    return;
  end if;
  -- A key belongs to one device of an MSP for good: neither a second client nor a retired device gets it again.
  if token.uses_left < 1 or exists (select from devices d where d.msp_id = token.msp_id and d.public_key = p_public_key) then
    return query select 'token-refused'::text, null::uuid, null::uuid, null::uuid;
    return;
  end if;
  update enrolment_tokens t set uses_left = t.uses_left - 1 where t.msp_id = token.msp_id and t.id = token.id;
  insert into devices as d (msp_id, client_id, site_id, host_name, tags, time_zone, os_name, public_key, machine_id, agent_version,
      enrolled_at, last_seen_at, is_reboot_pending)
    select token.msp_id, token.client_id, token.site_id, p_facts->>'hostName', token.tags, p_facts->>'timeZone',
      (p_facts->>'osName') || ' ' || (p_facts->>'osVersion'), p_public_key, p_facts->>'machineId', p_facts->>'agentVersion', p_at, p_at,
      coalesce((p_facts->>'isRebootPending')::boolean, false)
    returning d.id, d.msp_id, d.client_id into made;
  insert into device_heartbeats (msp_id, client_id, device_id, seen_at) values (made.msp_id, made.client_id, made.id, p_at);
  insert into device_inventories (msp_id, client_id, device_id, facts, received_at)
    values (made.msp_id, made.client_id, made.id, p_facts, p_at);
  insert into device_events (msp_id, client_id, device_id, at, kind, summary)
    values (made.msp_id, made.client_id, made.id, p_at, 'enrolled', 'Enrolled with a token of ' || token.created_by);
  insert into change_feed (msp_id, client_id, topic, subject_id) values (made.msp_id, made.client_id, 'device', made.id);
  return query select 'enrolled'::text, made.id, made.msp_id, made.client_id;
end $$;
