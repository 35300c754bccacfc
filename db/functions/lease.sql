-- Hands out what each waiting device may have now: one change order a device at a time, roll back before install, at most
-- `concurrency` of a ring under way. A lease lasts 60 s; a device that never said "accepted" gets the order again.
create or replace function door.lease(p_at timestamptz, p_devices uuid[])
returns table (device_id uuid, order_id uuid, envelope jsonb)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  going uuid[];
begin
  -- Changes are handed out in their MSP's turn, so that none is after a stop has committed. Never waited for: this call is for devices of
  -- many MSPs, and what is left out now is handed out the next time.
  with asked as materialized (
    select distinct o.msp_id from work_orders o
    where o.device_id = any (p_devices) and o.state = 'ready' and door.is_change(o.verb)
  )
  select array_agg(a.msp_id) into going from asked a where pg_try_advisory_xact_lock_shared(door.msp_turn(a.msp_id));
  perform door.end_stale_orders(p_at, p_devices);
  -- Two leases at once would both count the same orders under way: rings with a limit take turns.
  perform from rollout_rings r where r.concurrency is not null and (r.msp_id, r.rollout_id, r.position) in (
      select o.msp_id, o.rollout_id, o.position from work_orders o
      where o.device_id = any (p_devices) and o.state = 'ready' and o.verb = 'install')
    order by r.msp_id, r.rollout_id, r.position for no key update;
  return query
  with candidates as materialized (
    select o.msp_id, o.id, o.device_id, o.verb, o.rollout_id, o.position, o.created_at,
      row_number() over (partition by o.device_id, o.verb in ('install', 'rollback')
        order by case o.verb when 'rollback' then 0 else 1 end, o.seq) as turn
    from work_orders o
    where o.device_id = any (p_devices) and o.state = 'ready' and (o.lease_until is null or o.lease_until < p_at)
      and (not door.is_change(o.verb) or o.msp_id = any (going))
      and door.start_denial(p_at, o, false) = ''
      -- One change order a device: another one that it holds, or was handed a moment ago, comes first. One that this order names does
      -- not, unless it has begun: that is finished, and two hours after its permit it has ended or the device sees to it itself.
      and not (o.verb in ('install', 'rollback') and exists (select from work_orders x where x.device_id = o.device_id
        and (x.state = 'open' or (x.state = 'ready' and x.lease_until >= p_at))
        and x.verb in ('install', 'rollback') and x.id <> o.id
        and (x.id <> all (o.supersedes) or (x.state = 'open' and x.permitted_at > p_at - interval '2 hours'))))
  ), chosen as (
    select c.*, r.concurrency,
      row_number() over (partition by c.msp_id, c.rollout_id, c.position, c.verb order by c.created_at, c.id) as place,
      (select count(*) from work_orders x where x.msp_id = c.msp_id and x.rollout_id = c.rollout_id and x.position = c.position
        and x.verb = 'install' and case x.state
          -- A device that went dark holds its place for two hours, not until the last date of its order.
          when 'open' then x.permitted_at > p_at - interval '2 hours' or (x.not_after > p_at and exists (select from device_heartbeats h
            where h.msp_id = x.msp_id and h.device_id = x.device_id and h.seen_at > p_at - interval '2 hours'))
          when 'ready' then x.lease_until >= p_at
          else false end) as under_way
    from candidates c left join rollout_rings r
      on r.msp_id = c.msp_id and r.rollout_id = c.rollout_id and r.position = c.position
    where c.verb not in ('install', 'rollback') or c.turn = 1
  ), locked as (
    select o.msp_id, o.id from work_orders o join chosen c on c.msp_id = o.msp_id and c.id = o.id
    where c.verb <> 'install' or c.concurrency is null or c.place + c.under_way <= c.concurrency
    order by o.id for update of o skip locked
  ), leased as (
    update work_orders o set lease_until = p_at + interval '60 seconds', leases = o.leases + 1 from locked l
      where o.msp_id = l.msp_id and o.id = l.id and o.state = 'ready'
    returning o.msp_id, o.device_id, o.id, o.envelope, o.supersedes
  ), replaced as (
    -- What the newer order names and the device never started is over.
    update work_orders o set state = 'void', finished_at = p_at from leased l
      where o.msp_id = l.msp_id and o.device_id = l.device_id and o.id = any (l.supersedes) and o.state in ('unsigned', 'ready')
    returning o.msp_id, o.rollout_id, o.device_id, o.patch_ids, o.verb
  ), released as (
    -- Nothing was changed: while it is still wanted, a new order is made for it.
    update plan_items i set state = 'staged', state_at = p_at from replaced r
      where r.verb = 'install' and i.msp_id = r.msp_id and i.rollout_id = r.rollout_id and i.device_id = r.device_id
        and i.patch_id = any (r.patch_ids) and i.state = 'ordered'
  )
  select l.device_id, l.id, l.envelope from leased l;
end $$;
