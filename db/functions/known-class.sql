-- A classification as far as a device can know it: apt knows where an update comes from, security or not, and nothing else. So "definition",
-- "driver" and whatever else a rule may approve at once is never taken from such a device.
create or replace function door.known_class(p_manager text, p_said text) returns text language sql immutable parallel safe as $$
  select case when p_manager <> 'apt' then p_said when p_said in ('security', 'critical') then 'security' else 'bug fix' end
$$;
