-- Ends orders whose last date went by while their devices stayed away: nobody polls for those. A worker's sweep calls it, some devices a
-- round. Answers of how many devices.
create or replace function door.end_late_orders(p_at timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  away uuid[];
begin
  select array_agg(l.device_id) into away from (select distinct o.device_id from work_orders o
    where o.state in ('unsigned', 'ready', 'open') and o.not_after <= p_at and door.is_stale(p_at, o) limit 500) l;
  if away is null then return 0; end if;
  perform door.end_stale_orders(p_at, away);
  return cardinality(away);
end $$;
