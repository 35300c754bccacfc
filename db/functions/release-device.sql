-- A device leaves what it takes part in, because it moves on or is retired: orders that did not begin are void, what was to go in is
-- overtaken, claims end, and gates no longer wait for it. Whoever calls it has seen to it that no change order is under way.
create or replace function door.release_device(p_at timestamptz, p_msp uuid, p_device uuid, p_why text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  gate record;
begin
  if (pg_has_role(session_user, 'app_web', 'usage') or pg_has_role(session_user, 'app_worker', 'usage'))
      and not exists (select from devices d where d.msp_id = p_msp and d.id = p_device
        and d.msp_id = nullif(current_setting('app.msp_id', true), '')::uuid
        and (current_setting('app.all_clients', true) = 't' or d.client_id = any (nullif(current_setting('app.client_ids', true), '')::uuid[]))) then
    raise exception 'no such device here' using errcode = 'insufficient_privilege';
  end if;
  perform from devices d where d.msp_id = p_msp and d.id = p_device for update;
  update work_orders o set state = 'void', finished_at = p_at where o.msp_id = p_msp and o.device_id = p_device
    and (o.state in ('unsigned', 'ready') or (o.state = 'open' and o.verb not in ('install', 'rollback')));
  -- What was to come out again stays in, and says why.
  update plan_items i set state = 'rollback-failed', state_at = p_at, reason = p_why
    where i.msp_id = p_msp and i.device_id = p_device and i.state = 'rolling-back';
  for gate in with left_out as (
      update plan_items i set state = 'overtaken', is_claimed = false, state_at = p_at, reason = p_why
        where i.msp_id = p_msp and i.device_id = p_device and i.state in ('planned', 'staged', 'ordered', 'installing')
        returning i.client_id, i.rollout_id, i.position, i.patch_id
    ) select l.* from left_out l join rollouts r on r.msp_id = p_msp and r.id = l.rollout_id and r.state = 'running'
      order by l.rollout_id, l.position, l.patch_id
  loop
    -- As door.settle_claims does with what is dropped: where nobody is left to prove it, it was not tried.
    update ring_patches p set
        due = case when p.due > 1 or exists (select from ring_patches e where e.msp_id = p.msp_id and e.rollout_id = p.rollout_id
          and e.patch_id = p.patch_id and e.position < p.position and e.verdict = 'pass') then p.due - 1 else p.due end,
        proved_needed = least(p.proved_needed, p.due - 1),
        verdict = case when p.due > 1 then p.verdict else 'skipped' end,
        verdict_at = case when p.due > 1 then p.verdict_at else p_at end,
        verdict_reason = case when p.due > 1 then p.verdict_reason else 'No device is left here to try it' end
      where p.msp_id = p_msp and p.rollout_id = gate.rollout_id and p.position = gate.position and p.patch_id = gate.patch_id
        and p.verdict not in ('pass', 'fail', 'skipped');
    update rollout_rings g set is_dirty = true where g.msp_id = p_msp and g.rollout_id = gate.rollout_id and g.position = gate.position
      and g.state = 'open';
    insert into change_feed (msp_id, client_id, topic, subject_id) values (p_msp, gate.client_id, 'rollout', gate.rollout_id);
  end loop;
  update plan_items i set is_claimed = false where i.msp_id = p_msp and i.device_id = p_device and i.is_claimed;
  perform door.recount_failed(p_msp, array[p_device]);
end $$;
