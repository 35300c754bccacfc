-- The start permit. It is the last word before a device changes anything, so it takes the order's row lock.
create or replace function door.permit(p_at timestamptz, p_device uuid, p_counter bigint, p_order uuid)
returns table (is_fresh boolean, denial text, valid_until timestamptz)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  wanted work_orders;
  refused text;
  ends timestamptz;
begin
  -- The flags are read in their turns, so that no permit is given after a pause or a stop has committed. First of all: who waits here
  -- holds nothing else.
  perform pg_advisory_xact_lock_shared(door.rollout_turn(o.rollout_id)) from work_orders o
    where o.device_id = p_device and o.id = p_order and o.rollout_id is not null;
  perform pg_advisory_xact_lock_shared(door.msp_turn(o.msp_id)) from work_orders o where o.device_id = p_device and o.id = p_order;
  if not (select u.is_fresh from door.use_counters(p_at, array[p_device], array[p_counter]) u) then
    return query select false, null::text, null::timestamptz;
    return;
  end if;
  -- Which device asks was proved by its key; a retired one is told nothing, whatever the door still remembers of it.
  select o.* into wanted from work_orders o join devices d on d.msp_id = o.msp_id and d.id = o.device_id
    where o.device_id = p_device and o.id = p_order and d.retired_at is null for update of o;
  if not found then
    return query select true, 'unknown-order'::text, null::timestamptz;
    return;
  end if;
  refused := door.start_denial(p_at, wanted, true);
  -- Last, since its turn is held until the permit is written.
  if refused = '' and wanted.verb = 'install' and door.is_capped(p_at, wanted) then refused := 'device-cap'; end if;
  if refused <> '' then
    insert into device_events (msp_id, client_id, device_id, at, kind, order_id, summary)
      select wanted.msp_id, wanted.client_id, p_device, p_at, 'permit-denied', p_order, 'Start not permitted: ' || refused
      where not exists (select from device_events e where e.msp_id = wanted.msp_id and e.device_id = p_device
        and e.order_id = p_order and e.kind = 'permit-denied' and e.summary = 'Start not permitted: ' || refused);
    return query select true, refused, null::timestamptz;
    return;
  end if;
  -- Ten minutes, but never past the order or, outside "patch now", past the last start of the window.
  ends := least(p_at + interval '10 minutes', wanted.not_after);
  if wanted.verb = 'install' and wanted.rollout_id is not null then
    ends := least(ends, coalesce(greatest(wanted.window_open_until, (select max(w.last_start_at) from ring_windows w
      join devices d on d.msp_id = wanted.msp_id and d.id = p_device
      where w.msp_id = wanted.msp_id and w.rollout_id = wanted.rollout_id and w.position = wanted.position
        and w.time_zone in (d.time_zone, '*') and w.opens_at <= p_at and p_at < w.last_start_at)), ends));
  end if;
  -- The last permit is the one that may still be used; asking again is one event in ten minutes.
  update work_orders o set state = 'open', permitted_at = p_at where o.msp_id = wanted.msp_id and o.id = wanted.id;
  if wanted.permitted_at is null or wanted.permitted_at < p_at - interval '10 minutes' then
    insert into device_events (msp_id, client_id, device_id, at, kind, order_id, summary)
      values (wanted.msp_id, wanted.client_id, p_device, p_at, 'permitted', p_order, 'Start permitted');
  end if;
  return query select true, ''::text, ends;
end $$;
