-- What the state of an order means for the items that no set of the report spoke of.
create or replace function door.apply_state(p_at timestamptz, p_order work_orders, p_told jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  told_state text := p_told->>'state';
  has_started boolean := told_state in ('permitted', 'installing') and p_order.verb = 'install';
  has_stopped boolean := told_state = 'refused' or (told_state in ('expired', 'overtaken', 'cancelled') and p_order.verb in ('install', 'stage'));
  -- Nothing was changed: the next attempt may be made, except where the device itself refused. Staging that ended without a word about
  -- these sets is for a person to look at, and a retry fetches them with its install.
  next_state text := case when has_started then 'installing' else case p_order.verb
    when 'install' then case when told_state = 'refused' then 'failed' else 'staged' end
    when 'stage' then 'failed' when 'rollback' then 'rollback-failed' end end;
  former text[] := case when has_started then array['ordered', 'staged'] else case p_order.verb
    when 'install' then array['ordered', 'installing'] when 'stage' then array['planned'] when 'rollback' then array['rolling-back'] end end;
begin
  if not has_started and not has_stopped then return; end if;
  update plan_items i set state = next_state, state_at = p_at, reason = case when has_started then i.reason
      else coalesce(p_told->'refusal'->>'code', told_state) || ': ' || coalesce(p_told->'refusal'->>'detail', p_told->>'summary', '') end
    where i.msp_id = p_order.msp_id and i.rollout_id = p_order.rollout_id and i.device_id = p_order.device_id
      and i.patch_id = any (p_order.patch_ids) and i.state = any (former);
end $$;
