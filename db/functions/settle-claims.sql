-- Lets go of what can go no further in a rollout, of one device or (null) of all: the one rule of when a claim ends. Whoever moves an item,
-- a gate, a ring or the rollout to an end calls it after that. Runs with its owner's rights, since gates are counted here and a person's verb
-- (app_web) may not write their numbers; a caller who sees one tenant may name no other.
-- Leaves alone what a report holds at this moment, for the report waits for rows that the caller holds. Both meet at the ring's row
-- before claims end here, so that the later one sees what the other did.
create or replace function door.settle_claims(p_at timestamptz, p_msp uuid, p_rollout uuid, p_device uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  run record;
  part record;
  failed_devices uuid[];
  -- A range, and not "or": one plan that goes by the key, for one device and for all.
  first_device uuid := coalesce(p_device, '00000000-0000-0000-0000-000000000000');
  last_device uuid := coalesce(p_device, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  if (pg_has_role(session_user, 'app_web', 'usage') or pg_has_role(session_user, 'app_worker', 'usage'))
      and not exists (select from rollouts r where r.msp_id = p_msp and r.id = p_rollout
        and r.msp_id = nullif(current_setting('app.msp_id', true), '')::uuid
        and (current_setting('app.all_clients', true) = 't' or r.client_id = any (nullif(current_setting('app.client_ids', true), '')::uuid[]))) then
    raise exception 'no such rollout here' using errcode = 'insufficient_privilege';
  end if;
  select r.state, r.state <> 'running' as has_ended, r.state <> 'running' and r.is_stopped as is_over into run
    from rollouts r where r.msp_id = p_msp and r.id = p_rollout;
  -- What never will start: its gate failed or was skipped. After the end only what passed may still go in, as a straggler's.
  with stuck as (
    select i.msp_id, i.rollout_id, i.device_id, i.patch_id, case
        when run.state = 'aborted' then 'The rollout was aborted'
        when p.verdict = 'skipped' then 'Did not pass the ring before'
        when p.is_stopped then coalesce((select h.reason from holds h where h.msp_id = p.msp_id and h.patch_id = p.patch_id
          and h.rollout_id = p.rollout_id order by h.set_at desc limit 1), 'The patch was stopped')
        else 'The rollout has ended' end as reason
      from plan_items i join ring_patches p
        on p.msp_id = i.msp_id and p.rollout_id = i.rollout_id and p.position = i.position and p.patch_id = i.patch_id
      where i.msp_id = p_msp and i.rollout_id = p_rollout and i.device_id between first_device and last_device
        and i.state in ('planned', 'staged')
        and (p.roll_back_at is not null or p.verdict in ('fail', 'skipped') or run.is_over
          or (run.has_ended and (p.is_stopped or p.verdict <> 'pass'))
          or (run.has_ended and i.state = 'planned' and not exists (select from work_orders o where o.msp_id = i.msp_id
            and o.device_id = i.device_id and o.rollout_id = i.rollout_id and o.verb = 'stage' and o.state in ('unsigned', 'ready', 'open'))))
      for update of i skip locked
  )
  update plan_items i set state = 'dropped', state_at = p_at, reason = s.reason from stuck s
    where i.msp_id = s.msp_id and i.rollout_id = s.rollout_id and i.device_id = s.device_id and i.patch_id = s.patch_id;
  -- What an exception keeps off is let go: this rollout does without it, and the device is planned anew when the exception ends.
  for part in with excepted as (
      select i.msp_id, i.rollout_id, i.device_id, i.patch_id from plan_items i
        where i.msp_id = p_msp and i.rollout_id = p_rollout and i.device_id between first_device and last_device
          and i.state in ('planned', 'staged') and i.is_claimed and door.is_excepted(p_at, i.msp_id, i.device_id, i.patch_id)
        for update of i skip locked
    ), dropped as (
      update plan_items i set state = 'dropped', state_at = p_at, reason = 'Kept off by an exception'
        from excepted e where i.msp_id = e.msp_id and i.rollout_id = e.rollout_id and i.device_id = e.device_id and i.patch_id = e.patch_id
        returning i.position, i.patch_id
    ) select n.position, n.patch_id, count(*)::int as devices from dropped n group by n.position, n.patch_id order by 1, 2
  loop
    continue when run.has_ended;
    perform door.leave_out(p_at, p_msp, p_rollout, part.position, part.patch_id, part.devices, 'An exception keeps it off every device here');
  end loop;
  -- A set goes in whole or not at all: what was to go in together with something dropped is not due here any more.
  for part in with mates as (
      select x.device_id, x.set_key, string_agg(x.package_name || ' ' || x.to_version, ', ' order by x.package_name) as names
        from plan_items x where x.msp_id = p_msp and x.rollout_id = p_rollout and x.device_id between first_device and last_device
          and x.state = 'dropped' group by x.device_id, x.set_key
    ), parted as (
      select i.msp_id, i.rollout_id, i.device_id, i.patch_id, m.names
        from plan_items i join mates m on m.device_id = i.device_id and m.set_key = i.set_key
        where i.msp_id = p_msp and i.rollout_id = p_rollout and i.device_id between first_device and last_device
          and i.state in ('planned', 'staged')
        for update of i skip locked
    ), dropped as (
      update plan_items i set state = 'dropped', state_at = p_at, reason = left('Goes in together with ' || d.names || ', which does not go in', 500)
        from parted d where i.msp_id = d.msp_id and i.rollout_id = d.rollout_id and i.device_id = d.device_id and i.patch_id = d.patch_id
        returning i.position, i.patch_id
    ) select n.position, n.patch_id, count(*)::int as devices from dropped n group by n.position, n.patch_id order by 1, 2
  loop
    -- After the end nothing is counted any more, and a person's verb may not.
    continue when run.has_ended;
    perform door.leave_out(p_at, p_msp, p_rollout, part.position, part.patch_id, part.devices, 'No device here can take it without the rest of its set');
  end loop;
  perform from rollout_rings g where g.msp_id = p_msp and g.rollout_id = p_rollout and (p_device is null or g.position in (
      select i.position from plan_items i where i.msp_id = p_msp and i.rollout_id = p_rollout and i.device_id = p_device))
    order by g.position for no key update;
  -- Read again: it may have ended while this waited.
  select r.state <> 'running' as has_ended into run from rollouts r where r.msp_id = p_msp and r.id = p_rollout;
  -- A failure keeps its claim for a retry until the rollout ends; what is in keeps it until its ring closes, for it may be taken back.
  -- What a report holds at this moment is left to the report: it waits for the ring's row, which the caller may hold, and settles then.
  with over as (
    select i.msp_id, i.rollout_id, i.device_id, i.patch_id
      from plan_items i join rollout_rings g on g.msp_id = i.msp_id and g.rollout_id = i.rollout_id and g.position = i.position
      where i.msp_id = p_msp and i.rollout_id = p_rollout and i.device_id between first_device and last_device and i.is_claimed
        and (i.state in ('overtaken', 'vanished', 'dropped')
          or (i.state in ('proved', 'rolled-back') and (run.has_ended or g.state = 'closed'))
          or (i.state in ('failed', 'rollback-failed') and run.has_ended))
      for update of i skip locked
  ), let_go as (
    update plan_items i set is_claimed = false from over o
      where i.msp_id = o.msp_id and i.rollout_id = o.rollout_id and i.device_id = o.device_id and i.patch_id = o.patch_id
      returning i.device_id, i.state
  )
  select array_agg(distinct l.device_id) into failed_devices from let_go l where l.state in ('failed', 'rolled-back', 'rollback-failed');
  -- A report holds its device before it waits for the ring's row, which the caller may hold: that one counts when it is through.
  select array_agg(d.id) into failed_devices from (select d.id from devices d where d.msp_id = p_msp and d.id = any (failed_devices)
    order by d.id for update skip locked) d;
  if failed_devices is not null then
    perform door.recount_failed(p_msp, failed_devices);
  end if;
end $$;
