-- An order that leads nowhere: its last date went by before the device took it up or started it, or the device was handed it again and
-- again and never said a word about it. A device that reads an order answers within seconds; three times after it reported one that it
-- cannot read, twenty times (twenty minutes of polling) without any word. What has started may take its time, and a day more.
create or replace function door.is_stale(p_at timestamptz, p_order work_orders) returns boolean language sql immutable as $$
  select case p_order.state
    when 'unsigned' then p_order.not_after <= p_at
    when 'ready' then p_order.not_after <= p_at or (p_order.lease_until < p_at
      and p_order.leases >= case when p_order.unread_reason <> '' then 3 else 20 end)
    when 'open' then p_order.not_after <= p_at and (p_order.permitted_at is null or p_order.permitted_at < p_at - interval '1 day')
    else false end
$$;
