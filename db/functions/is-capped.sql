-- Would this install be one device more than the MSP lets start in an hour, whatever was approved? Exact near the cap, where permits take
-- turns by an advisory lock, and cheap far from it: no door has as many permits under way at once as the margin.
create or replace function door.is_capped(p_at timestamptz, p_order work_orders) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  most integer := (select m.devices_per_hour from msps m where m.id = p_order.msp_id);
  margin constant integer := 200;
  since constant timestamptz := p_at - interval '1 hour';
  started integer;
begin
  -- A device that started in this hour is counted already.
  if exists (select from work_orders o where o.msp_id = p_order.msp_id and o.device_id = p_order.device_id and o.verb = 'install'
      and o.permitted_at > since) then
    return false;
  end if;
  select count(distinct o.device_id) into started from work_orders o
    where o.msp_id = p_order.msp_id and o.verb = 'install' and o.permitted_at > since;
  if started + margin <= most then return false; end if;
  perform pg_advisory_xact_lock(hashtextextended(p_order.msp_id::text, 7082));
  -- Read again: who held the turn before has committed.
  select count(distinct o.device_id) into started from work_orders o
    where o.msp_id = p_order.msp_id and o.verb = 'install' and o.permitted_at > since;
  return started >= most;
end $$;
