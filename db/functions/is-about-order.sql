-- Whether a report is about an order that this device was given, and of a rollout's order about none but the update sets that are in it. A refusal
-- without an id is about the one that it was handed, never answered and has not yet said so of.
create or replace function door.is_about_order(p_device devices, p_told jsonb) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if p_told->>'state' = 'refused' and p_told->>'orderId' = '00000000-0000-0000-0000-000000000000' then
    return exists (select from work_orders o where o.msp_id = p_device.msp_id and o.device_id = p_device.id and o.state = 'ready'
      and o.leases > 0 and o.unread_reason = '');
  end if;
  return exists (select from work_orders o where o.msp_id = p_device.msp_id and o.id = (p_told->>'orderId')::uuid and o.device_id = p_device.id
    and (o.rollout_id is null or jsonb_array_length(p_told->'sets') = 0 or not exists (select s->>'key' from jsonb_array_elements(p_told->'sets') as s
      except select i.set_key from plan_items i where i.msp_id = o.msp_id and i.rollout_id = o.rollout_id and i.device_id = o.device_id
        and i.patch_id = any (o.patch_ids))));
end $$;
