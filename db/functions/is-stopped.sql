-- The kill switch of an MSP, one rule for start, lease and signature: while all its changes are stopped it gets no order that changes a device,
-- in whatever direction, nor one that prepares a change. Looking goes on. Who asks sees the MSPs that row-level security shows them.
create or replace function door.is_stopped(p_msp uuid, p_verb text) returns boolean
language sql stable parallel safe as $$
  select door.is_change(p_verb) and exists (select from public.msps m where m.id = p_msp and m.changes_stopped_at is not null)
$$;
