-- Facts of an inventory (door.inventory): names and zone into the device's row, all of it beside.
create or replace function door.take_facts(p_at timestamptz, p_batch jsonb, p_fresh uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  with given as (
    select (e->>'device_id')::uuid as id, e->'facts' as facts from jsonb_array_elements(p_batch) as e
    where (e->>'device_id')::uuid = any (p_fresh) and e ? 'facts'
  ), renamed as (
    update devices d set host_name = g.facts->>'hostName', time_zone = g.facts->>'timeZone',
      os_name = (g.facts->>'osName') || ' ' || (g.facts->>'osVersion'), agent_version = g.facts->>'agentVersion',
      machine_id = g.facts->>'machineId', is_reboot_pending = (g.facts->>'isRebootPending')::boolean, judged_at = p_at
    from given g where d.id = g.id and (d.host_name, d.time_zone, d.os_name, d.agent_version, d.machine_id, d.is_reboot_pending)
      is distinct from (g.facts->>'hostName', g.facts->>'timeZone', (g.facts->>'osName') || ' ' || (g.facts->>'osVersion'),
        g.facts->>'agentVersion', g.facts->>'machineId', (g.facts->>'isRebootPending')::boolean)
  )
  update device_inventories i set facts = g.facts, received_at = p_at from given g where i.device_id = g.id and i.facts <> g.facts;
end $$;
