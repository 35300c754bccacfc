-- Uses up each request counter once within a sliding window of 64 (as IPsec does, RFC 4303 3.4.3). A device stands once in a batch.
create or replace function door.use_counters(p_at timestamptz, p_devices uuid[], p_counters bigint[])
returns table (device_id uuid, is_fresh boolean)
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with given as (select * from unnest(p_devices, p_counters) as g (device_id, counter)),
  used as (
    update device_heartbeats h set
      seen_at = greatest(h.seen_at, p_at),
      counter_high = greatest(h.counter_high, g.counter),
      counter_bits = case
        when g.counter - h.counter_high > 64 then 0
        when g.counter - h.counter_high = 64 then (1::bigint << 63)
        when g.counter > h.counter_high then
          (h.counter_bits << (g.counter - h.counter_high)::int) | (1::bigint << (g.counter - h.counter_high - 1)::int)
        else h.counter_bits | (1::bigint << (h.counter_high - g.counter - 1)::int) end
    from given g
    where h.device_id = g.device_id and g.counter > 0 and case
      when g.counter > h.counter_high then true
      when g.counter = h.counter_high or h.counter_high - g.counter > 64 then false
      else (h.counter_bits >> (h.counter_high - g.counter - 1)::int) & 1 = 0 end
    returning h.device_id
  )
  select g.device_id, u.device_id is not null from given g left join used u using (device_id)
$$;
