-- May this order start now? One rule for lease and permit. '' = yes, else the denial of the wire.
create or replace function door.start_denial(p_at timestamptz, p_order work_orders, p_is_permit boolean)
returns text language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  run record;
  held integer;
begin
  if p_order.state not in ('ready', 'open') or p_order.not_after <= p_at then return 'expired'; end if;
  if p_order.not_before > p_at then return 'window-closed'; end if;
  -- A later order of this device names it: it never starts any more, not even while the later one waits.
  if exists (select from work_orders x where x.device_id = p_order.device_id and x.state in ('ready', 'open')
      and p_order.id = any (x.supersedes)) then
    return 'superseded';
  end if;
  -- Nothing starts at an archived client, nor goes back: it is restored first.
  if exists (select from clients c where c.msp_id = p_order.msp_id and c.id = p_order.client_id and c.archived_at is not null) then return 'paused'; end if;
  -- Nor while all changes of the MSP are stopped: that is for the case that we ourselves are misused, and going back is a change too.
  if door.is_stopped(p_order.msp_id, p_order.verb) then return 'paused'; end if;
  if p_order.rollout_id is null then return ''; end if;
  -- Going back is never held up otherwise: neither by a pause nor by a silent evaluator nor by a window.
  if p_order.verb = 'rollback' then return ''; end if;
  select is_stopped, state into run from rollouts r where r.msp_id = p_order.msp_id and r.id = p_order.rollout_id;
  if run.state = 'aborted' then return 'superseded'; end if;
  if run.is_stopped then return 'paused'; end if;
  -- A hold or an exception reaches every rollout of its scope, whatever state that is in. Fetching changes nothing, so a patch that is kept
  -- back does not keep the others of a stage order waiting.
  select count(*) into held from unnest(p_order.patch_ids) as k (patch_id)
    where exists (select from holds h where h.msp_id = p_order.msp_id and h.patch_id = k.patch_id
        and h.lifted_at is null and (h.client_id is null or h.client_id = p_order.client_id))
      or door.is_excepted(p_at, p_order.msp_id, p_order.device_id, k.patch_id);
  if p_order.verb <> 'install' then
    return case when p_order.verb = 'stage' and held > 0 and held = cardinality(p_order.patch_ids) then 'stopped' else '' end;
  end if;
  if exists (select from ring_patches p where p.msp_id = p_order.msp_id and p.rollout_id = p_order.rollout_id
      and p.position = p_order.position and p.patch_id = any (p_order.patch_ids) and p.is_stopped) then
    return 'superseded';
  end if;
  if held > 0 then return 'stopped'; end if;
  if not exists (select from worker_beats b where b.name = 'evaluator' and b.at > p_at - interval '60 seconds') then
    return 'no-evaluator';
  end if;
  if p_order.window_open_until > p_at then return ''; end if;
  -- A device that was leased its order inside the window may start until the cut-off of that window.
  if exists (select from ring_windows w join devices d on d.msp_id = p_order.msp_id and d.id = p_order.device_id
      where w.msp_id = p_order.msp_id and w.rollout_id = p_order.rollout_id and w.position = p_order.position
        and w.time_zone in (d.time_zone, '*') and w.opens_at <= p_at and p_at < w.last_start_at) then
    return '';
  end if;
  if p_is_permit and exists (select from ring_windows w join devices d on d.msp_id = p_order.msp_id and d.id = p_order.device_id
      where w.msp_id = p_order.msp_id and w.rollout_id = p_order.rollout_id and w.position = p_order.position
        and w.time_zone in (d.time_zone, '*') and w.opens_at <= p_at and p_at < w.closes_at) then
    return 'not-enough-time';
  end if;
  return 'window-closed';
end $$;
