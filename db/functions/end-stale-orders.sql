-- Ends the stale orders (door.is_stale) of these devices, says why on the plan, and tells the device's history. Nothing was changed on the device, so
-- this counts as no failure of the patch. What was merely late is made anew; what cannot be read waits for a person.
create or replace function door.end_stale_orders(p_at timestamptz, p_devices uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  asking uuid[];
  ended work_orders;
  is_late boolean;
  why text;
begin
  select array_agg(distinct o.device_id) into asking from work_orders o where o.device_id = any (p_devices) and door.is_stale(p_at, o);
  if asking is null then return; end if;
  -- Devices before orders, in the order of their ids: as door.reports does.
  perform from devices d where d.id = any (asking) order by d.id for update;
  for ended in select o.* from work_orders o where o.device_id = any (asking) and door.is_stale(p_at, o) order by o.device_id, o.id for update loop
    is_late := ended.not_after <= p_at;
    why := case when is_late and ended.permitted_at is not null then 'The device started the order and was not heard of since.'
      when is_late and ended.state = 'open' then 'The device took the order up and did not start it before its last date.'
      when is_late then 'The device did not take the order up before its last date.'
      when ended.unread_reason <> '' then 'The device cannot read the order (' || ended.unread_reason || '). Nothing was changed.'
      else 'The device was handed the order ' || ended.leases || ' times and never answered. Nothing was changed.' end;
    update work_orders o set state = 'void', finished_at = p_at where o.msp_id = ended.msp_id and o.id = ended.id;
    update plan_items i set state_at = p_at, reason = why,
        state = case ended.verb
          when 'stage' then case when is_late then 'dropped' else 'failed' end
          when 'install' then case when is_late then 'staged' else 'failed' end
          else case when is_late then 'proved' else 'rollback-failed' end end
      where i.msp_id = ended.msp_id and i.rollout_id = ended.rollout_id and i.device_id = ended.device_id
        and i.patch_id = any (ended.patch_ids)
        and i.state = any (case ended.verb when 'stage' then array['planned'] when 'install' then array['ordered', 'installing']
          when 'rollback' then array['rolling-back'] end);
    if ended.rollout_id is not null then
      perform door.settle_claims(p_at, ended.msp_id, ended.rollout_id, ended.device_id);
    end if;
    insert into device_events (msp_id, client_id, device_id, at, kind, order_id, summary)
      values (ended.msp_id, ended.client_id, ended.device_id, p_at, 'order-ended', ended.id, why);
    perform door.recount_failed(ended.msp_id, array[ended.device_id]);
    insert into change_feed (msp_id, client_id, topic, subject_id) values (ended.msp_id, ended.client_id, 'device', ended.device_id);
    if ended.rollout_id is not null then
      insert into change_feed (msp_id, client_id, topic, subject_id) values (ended.msp_id, ended.client_id, 'rollout', ended.rollout_id);
    end if;
  end loop;
end $$;
