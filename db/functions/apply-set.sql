-- What one reported set means for the plan, as far as the order spoke of it: a device cannot report what it was never told to do.
-- Install orders count towards the gate, once each way; rollback orders do not.
create or replace function door.apply_set(p_at timestamptz, p_order work_orders, p_set jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  item plan_items;
  outcome text := p_set->>'outcome';
  next_state text := case outcome when 'installed' then 'proved' when 'already-installed' then 'proved'
    when 'not-started' then 'staged' else outcome end;
  -- What is over trips no breaker any more: an aborted plan, and in a finished one all but the straggler whose order is still to end.
  is_failure boolean := p_order.verb = 'install' and next_state in ('failed', 'rolled-back', 'rollback-failed')
    and exists (select from rollouts r where r.msp_id = p_order.msp_id and r.id = p_order.rollout_id
      and (r.state = 'running' or r.state = 'finished' and p_order.finished_at is null));
begin
  for item in select * from plan_items i where i.msp_id = p_order.msp_id and i.rollout_id = p_order.rollout_id
      and i.device_id = p_order.device_id and i.set_key = p_set->>'key' and i.patch_id = any (p_order.patch_ids) order by i.patch_id for update loop
    -- A stage result never moves an item that has gone further.
    continue when p_order.verb = 'stage' and item.state not in ('planned', 'staged');
    continue when outcome = 'not-started' and item.state not in ('ordered', 'installing');
    -- Late words of an install order's watch do not bring back what was taken back since.
    continue when p_order.verb = 'install' and next_state = 'proved'
      and item.state in ('rolling-back', 'rolled-back', 'rollback-failed', 'overtaken');
    update plan_items i set state = next_state, state_at = p_at, reason = coalesce(p_set->>'reason', ''),
        undo_class = case when outcome = 'staged' then p_set->>'undoClass' else i.undo_class end,
        is_proof_counted = i.is_proof_counted or (p_order.verb = 'install' and next_state = 'proved'),
        is_failure_counted = i.is_failure_counted or (is_failure and item.state <> 'dropped')
      where i.msp_id = item.msp_id and i.rollout_id = item.rollout_id and i.device_id = item.device_id and i.patch_id = item.patch_id;
    if p_order.verb = 'install' and next_state = 'proved' and not item.is_proof_counted and not item.is_failure_counted then
      update ring_patches p set proved = p.proved + 1 where p.msp_id = item.msp_id and p.rollout_id = item.rollout_id
        and p.position = item.position and p.patch_id = item.patch_id;
    elsif is_failure and item.state <> 'dropped' and not item.is_failure_counted then
      perform door.count_failure(p_at, item);
    end if;
  end loop;
end $$;
