-- On how many patches a device has failed and somebody should look: by the newest attempt at each (a live claim before an older or newer one
-- without, as devices/find-attempts.ts takes it), while its rollout may still retry it, and after that as long as the device still lacks what
-- failed, or still has what could not be taken back. What was taken back in an ended rollout is well again.
create or replace function door.count_failed(p_msp uuid, p_device uuid) returns integer
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select count(*)::int from (
    select distinct on (i.patch_id) i.* from plan_items i join rollouts r on r.msp_id = i.msp_id and r.id = i.rollout_id
    where i.msp_id = p_msp and i.device_id = p_device
      and i.client_id = (select d.client_id from devices d where d.msp_id = p_msp and d.id = p_device) order by i.patch_id, i.is_claimed desc, r.started_at desc, r.number desc) n
  where n.state in ('failed', 'rolled-back', 'rollback-failed') and (n.is_claimed
    or (n.state = 'failed' and exists (select from device_patches t where t.msp_id = n.msp_id and t.device_id = n.device_id
      and t.patch_id = n.patch_id and t.resolved_at is null))
    or (n.state = 'rollback-failed' and exists (select from device_inventories v join package_versions p
        on p.msp_id = v.msp_id and p.id = any (v.package_version_ids)
      where v.msp_id = n.msp_id and v.device_id = n.device_id and p.name = n.package_name and p.version = n.to_version)))
$$;
