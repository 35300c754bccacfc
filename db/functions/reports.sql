-- Reports of many devices: stored without gaps in each device's order, and applied. Answers how far each device's own reports are stored:
-- a number that another report has taken is not acknowledged (the device was restored, or is a copy; door.standing says where to go on).
-- Each element: {device_id, counter, reports: [{report, signature, hash}]} (hash = SHA-256 of the canonical report, made by the door).
create or replace function door.reports(p_at timestamptz, p_batch jsonb)
returns table (device_id uuid, is_fresh boolean, ack_seq bigint)
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
  given record;
  entry jsonb;
  told jsonb;
  part jsonb;
  device devices;
  ordered work_orders;
  fresh boolean;
  told_state text;
  agreed bigint;
begin
  for given in select (e->>'device_id')::uuid as id, (e->>'counter')::bigint as counter, e->'reports' as reports
      from jsonb_array_elements(p_batch) as e order by e->>'device_id' loop
    select u.is_fresh into fresh from door.use_counters(p_at, array[given.id], array[given.counter]) u;
    select * into device from devices d where d.id = given.id for update;
    if not coalesce(fresh, false) or not found then
      return query select given.id, false, 0::bigint;
      continue;
    end if;
    select least(device.report_seq, min((e->'report'->>'seq')::bigint) - 1) into agreed from jsonb_array_elements(given.reports) as e;
    for entry in select e from jsonb_array_elements(given.reports) as e order by (e->'report'->>'seq')::bigint loop
      told := entry->'report';
      told_state := told->>'state';
      -- A repeated report is known already: the same signature over the same text. Another one under its number is told to the device.
      if (told->>'seq')::bigint <= device.report_seq then
        if not exists (select from device_reports r where r.msp_id = device.msp_id and r.device_id = device.id
            and r.seq = (told->>'seq')::bigint and r.signature = entry->>'signature') then
          insert into device_events (msp_id, client_id, device_id, at, kind, order_id, summary)
            select device.msp_id, device.client_id, device.id, p_at, 'chain-broken', (told->>'orderId')::uuid, doubled.words
            from (select 'Report ' || (told->>'seq') || ' was made before with other content: the device may be a copy or was restored' as words) doubled
            where not exists (select from device_events v where v.msp_id = device.msp_id and v.device_id = device.id
              and v.kind = 'chain-broken' and v.summary = doubled.words);
          exit;
        end if;
        agreed := (told->>'seq')::bigint;
        continue;
      end if;
      -- One after a gap waits until the device sends what is missing, or numbers it anew.
      exit when (told->>'seq')::bigint > device.report_seq + 1;
      if told->>'prevHash' <> device.report_hash then
        insert into device_events (msp_id, client_id, device_id, at, kind, order_id, summary)
          values (device.msp_id, device.client_id, device.id, p_at, 'chain-broken', (told->>'orderId')::uuid,
            'Report ' || (told->>'seq') || ' does not follow the one before: the device may be a copy or was restored');
      end if;
      insert into device_reports (msp_id, client_id, device_id, seq, order_id, state, at, received_at, body, signature)
        values (device.msp_id, device.client_id, device.id, (told->>'seq')::bigint, (told->>'orderId')::uuid, told_state,
          (told->>'at')::timestamptz, p_at, told, entry->>'signature');
      device.report_seq := (told->>'seq')::bigint;
      agreed := device.report_seq;
      device.report_hash := entry->>'hash';
      update devices d set report_seq = device.report_seq, report_hash = device.report_hash,
        is_reboot_pending = (told->>'isRebootPending')::boolean where d.msp_id = device.msp_id and d.id = device.id;

      -- A refusal without an id is about one of the orders that the device was handed and never answered.
      if told_state = 'refused' and told->>'orderId' = '00000000-0000-0000-0000-000000000000' then
        update work_orders o set unread_reason = left(coalesce(told->'refusal'->>'code', 'refused') || ': '
            || coalesce(told->'refusal'->>'detail', told->>'summary', ''), 500)
          where o.device_id = device.id and o.msp_id = device.msp_id and o.state = 'ready' and o.leases > 0;
      end if;
      select * into ordered from work_orders o where o.msp_id = device.msp_id and o.device_id = device.id
        and o.id = (told->>'orderId')::uuid for update;
      continue when not found;
      update work_orders o set device_state = told_state,
          state = case
            when told_state in ('refused', 'expired', 'overtaken', 'cancelled', 'staged', 'vanished', 'proved', 'released', 'rolled-back',
              'rollback-failed', 'done') then 'finished'
            when o.state in ('ready', 'unsigned') then 'open' else o.state end,
          finished_at = case when told_state in ('refused', 'expired', 'overtaken', 'cancelled', 'staged', 'vanished', 'proved', 'released',
            'rolled-back', 'rollback-failed', 'done') then coalesce(o.finished_at, p_at) else o.finished_at end
        where o.msp_id = ordered.msp_id and o.id = ordered.id;
      if ordered.rollout_id is not null then
        for part in select s from jsonb_array_elements(told->'sets') as s loop
          perform door.apply_set(p_at, ordered, part);
        end loop;
        if told_state in ('permitted', 'installing') and ordered.verb = 'install' then
          update plan_items i set state = 'installing', state_at = p_at where i.msp_id = ordered.msp_id
            and i.rollout_id = ordered.rollout_id and i.device_id = ordered.device_id and i.patch_id = any (ordered.patch_ids)
            and i.state in ('ordered', 'staged');
        elsif told_state in ('refused', 'expired', 'overtaken', 'cancelled') and ordered.verb = 'install' then
          -- Nothing was changed: the next attempt may be made, except where the device itself refused.
          update plan_items i set state = case when told_state = 'refused' then 'failed' else 'staged' end, state_at = p_at,
              reason = coalesce(told->'refusal'->>'code', told_state) || ': ' || coalesce(told->'refusal'->>'detail', told->>'summary', '')
            where i.msp_id = ordered.msp_id and i.rollout_id = ordered.rollout_id and i.device_id = ordered.device_id
              and i.patch_id = any (ordered.patch_ids) and i.state in ('ordered', 'installing');
        elsif told_state in ('refused', 'expired', 'overtaken', 'cancelled') and ordered.verb = 'stage' then
          -- Staging ended without a word about these sets: a person looks, and a retry fetches them with its install.
          update plan_items i set state = 'failed', state_at = p_at,
              reason = coalesce(told->'refusal'->>'code', told_state) || ': ' || coalesce(told->'refusal'->>'detail', told->>'summary', '')
            where i.msp_id = ordered.msp_id and i.rollout_id = ordered.rollout_id and i.device_id = ordered.device_id
              and i.patch_id = any (ordered.patch_ids) and i.state = 'planned';
        elsif told_state = 'refused' and ordered.verb = 'rollback' then
          update plan_items i set state = 'rollback-failed', state_at = p_at,
              reason = coalesce(told->'refusal'->>'code', told_state) || ': ' || coalesce(told->'refusal'->>'detail', told->>'summary', '')
            where i.msp_id = ordered.msp_id and i.rollout_id = ordered.rollout_id and i.device_id = ordered.device_id
              and i.patch_id = any (ordered.patch_ids) and i.state = 'rolling-back';
        end if;
        update rollout_rings r set is_dirty = true where r.msp_id = ordered.msp_id and r.rollout_id = ordered.rollout_id
          and r.position = coalesce(ordered.position, r.position);
        -- After the ring's row: closing a ring and reporting meet there, so that one of them sees what the other did.
        if jsonb_array_length(told->'sets') > 0 or told_state in ('refused', 'expired', 'overtaken', 'cancelled') then
          perform door.settle_claims(p_at, ordered.msp_id, ordered.rollout_id, ordered.device_id);
        end if;
        insert into change_feed (msp_id, client_id, topic, subject_id)
          values (ordered.msp_id, ordered.client_id, 'rollout', ordered.rollout_id);
      end if;
    end loop;
    update devices d set failed_count = (select count(*) from plan_items i where i.msp_id = device.msp_id
        and i.device_id = device.id and i.state in ('failed', 'rollback-failed', 'rolled-back') and i.is_claimed)
      where d.msp_id = device.msp_id and d.id = device.id;
    insert into change_feed (msp_id, client_id, topic, subject_id) values (device.msp_id, device.client_id, 'device', device.id);
    return query select given.id, true, agreed;
  end loop;
end $$;
