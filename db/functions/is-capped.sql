-- Would this install be one device more than the MSP lets start in an hour, whatever was approved? Exact, for any number of doors: far from the
-- cap permits go side by side and hold the turn together until they commit; near it each takes the turn alone, after all of those. No more
-- can be under way at once than the server has connections, so that many is near. Counts what started without asking, too (door.apply_report).
create or replace function door.is_capped(p_at timestamptz, p_order work_orders) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  most integer := (select m.devices_per_hour from msps m where m.id = p_order.msp_id);
  near constant integer := most - current_setting('max_connections')::integer;
  turn constant bigint := hashtextextended(p_order.msp_id::text, 7082);
  since constant timestamptz := p_at - interval '1 hour';
  started integer;
begin
  -- A device that started in this hour is counted already.
  if exists (select from work_orders o where o.msp_id = p_order.msp_id and o.device_id = p_order.device_id and o.verb = 'install'
      and o.permitted_at > since) then
    return false;
  end if;
  if near > 0 then
    begin
      perform pg_advisory_xact_lock_shared(turn);
      select count(distinct o.device_id) into started from work_orders o
        where o.msp_id = p_order.msp_id and o.verb = 'install' and o.permitted_at > since;
      if started <= near then return false; end if;
      -- Two that hold the turn together cannot both take it alone: what this block holds is let go.
      raise exception using errcode = 'PW001';
    exception when sqlstate 'PW001' then null;
    end;
  end if;
  perform pg_advisory_xact_lock(turn);
  -- Read again: who held the turn before has committed.
  select count(distinct o.device_id) into started from work_orders o
    where o.msp_id = p_order.msp_id and o.verb = 'install' and o.permitted_at > since;
  return started >= most;
end $$;
