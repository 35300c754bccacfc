-- One failure of one patch on one device: counts once, trips the ring's hard limit and the MSP's breaker in the same transaction.
create or replace function door.count_failure(p_at timestamptz, p_item plan_items) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  device_limit_now integer;
  breaker_now breakers;
  named text;
begin
  update ring_patches p set failed = p.failed + 1, proved = p.proved - case when p_item.is_proof_counted then 1 else 0 end
    where p.msp_id = p_item.msp_id and p.rollout_id = p_item.rollout_id and p.position = p_item.position and p.patch_id = p_item.patch_id;
  -- Hard limit: from here on nothing of this patch is leased or permitted in this rollout, Temporal or not.
  update ring_patches p set is_stopped = true
    where p.msp_id = p_item.msp_id and p.rollout_id = p_item.rollout_id and p.patch_id = p_item.patch_id and not p.is_stopped
      and exists (select from ring_patches q where q.msp_id = p.msp_id and q.rollout_id = p.rollout_id
        and q.position = p_item.position and q.patch_id = p.patch_id and q.failed > q.failure_limit);
  select coalesce((select (document->'breaker'->>'devices')::int from policies
    where msp_id = p_item.msp_id and client_id is null order by version desc limit 1), 3) into device_limit_now;
  -- Devices count, not failures: one that fails in a second rollout is known already. A tripped breaker counts no further.
  insert into breakers as b (msp_id, patch_id, failed_devices, failed_device_ids, device_limit)
    values (p_item.msp_id, p_item.patch_id, 1, array[p_item.device_id], device_limit_now)
    on conflict (msp_id, patch_id) do update set device_limit = device_limit_now,
      failed_devices = b.failed_devices + case when excluded.failed_device_ids <@ b.failed_device_ids or b.tripped_at is not null then 0 else 1 end,
      failed_device_ids = case when excluded.failed_device_ids <@ b.failed_device_ids or b.tripped_at is not null then b.failed_device_ids
        else b.failed_device_ids || excluded.failed_device_ids end
    returning * into breaker_now;
  if breaker_now.tripped_at is null and breaker_now.failed_devices >= breaker_now.device_limit then
    update breakers set tripped_at = p_at where msp_id = p_item.msp_id and patch_id = p_item.patch_id;
    select name || ' ' || version into named from patches where msp_id = p_item.msp_id and id = p_item.patch_id;
    insert into holds (msp_id, client_id, patch_id, source, reason, rollout_id, set_by, set_at)
      values (p_item.msp_id, null, p_item.patch_id, 'breaker',
        named || ' failed on ' || breaker_now.failed_devices || ' devices across the clients', p_item.rollout_id, 'Breaker', p_at);
    update ring_patches p set is_stopped = true where p.msp_id = p_item.msp_id and p.patch_id = p_item.patch_id and not p.is_stopped;
    update rollout_rings r set is_dirty = true from ring_patches p
      where p.msp_id = p_item.msp_id and p.patch_id = p_item.patch_id and p.is_stopped
        and r.msp_id = p.msp_id and r.rollout_id = p.rollout_id and r.position = p.position and r.state = 'open';
  end if;
end $$;
