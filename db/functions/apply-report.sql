-- What a report that was just stored means for its order, and through that for the plan.
create or replace function door.apply_report(p_at timestamptz, p_device devices, p_told jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  ordered work_orders;
  part jsonb;
  told_state text := p_told->>'state';
  is_end boolean := told_state in ('refused', 'expired', 'overtaken', 'cancelled', 'staged', 'vanished', 'proved', 'released', 'rolled-back',
    'rollback-failed', 'done');
begin
  -- A refusal without an id is about one of the orders that the device was handed and never answered.
  if told_state = 'refused' and p_told->>'orderId' = '00000000-0000-0000-0000-000000000000' then
    update work_orders o set unread_reason = left(coalesce(p_told->'refusal'->>'code', 'refused') || ': '
        || coalesce(p_told->'refusal'->>'detail', p_told->>'summary', ''), 500)
      where o.device_id = p_device.id and o.msp_id = p_device.msp_id and o.state = 'ready' and o.leases > 0;
  end if;
  select * into ordered from work_orders o where o.msp_id = p_device.msp_id and o.device_id = p_device.id
    and o.id = (p_told->>'orderId')::uuid for update;
  if not found then return; end if;
  update work_orders o set device_state = told_state,
      -- It may start without a permit where the door does not answer, within ten minutes of its lease of one: by the door's clock, not its own.
      permitted_at = case when o.verb = 'install' and o.permitted_at is null and told_state in ('permitted', 'installing')
        then least(p_at, o.lease_until + interval '9 minutes') else o.permitted_at end,
      state = case when is_end then 'finished' when o.state in ('ready', 'unsigned') then 'open' else o.state end,
      finished_at = case when is_end then coalesce(o.finished_at, p_at) else o.finished_at end
    where o.msp_id = ordered.msp_id and o.id = ordered.id;
  if ordered.rollout_id is null then return; end if;
  for part in select s from jsonb_array_elements(p_told->'sets') as s loop
    perform door.apply_set(p_at, ordered, part);
  end loop;
  perform door.apply_state(p_at, ordered, p_told);
  update rollout_rings r set is_dirty = true where r.msp_id = ordered.msp_id and r.rollout_id = ordered.rollout_id
    and r.position = coalesce(ordered.position, r.position);
  -- After the ring's row: closing a ring and reporting meet there, so that one of them sees what the other did.
  if jsonb_array_length(p_told->'sets') > 0 or told_state in ('refused', 'expired', 'overtaken', 'cancelled') then
    perform door.settle_claims(p_at, ordered.msp_id, ordered.rollout_id, ordered.device_id);
  end if;
  insert into change_feed (msp_id, client_id, topic, subject_id)
    values (ordered.msp_id, ordered.client_id, 'rollout', ordered.rollout_id);
end $$;
