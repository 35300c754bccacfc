-- Reports of one device, whose row the caller holds, in the order of their numbers. `agreed` is how far its own ones are stored: a number that
-- another report has taken is not acknowledged (the device was restored, or is a copy; door.standing says where to go on). What is about no
-- order that this device was given, or sets that are not in it, counts in the chain, is told once in its history and kept nowhere: it proves nothing, and need not end.
create or replace function door.take_reports(p_at timestamptz, p_device devices, p_reports jsonb, out agreed bigint, out dropped bigint[])
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  entry jsonb;
  told jsonb;
  number bigint;
  is_known boolean;
  former bigint := p_device.report_seq;
begin
  dropped := '{}';
  select least(p_device.report_seq, min((e->'report'->>'seq')::bigint) - 1) into agreed from jsonb_array_elements(p_reports) as e;
  for entry in select e from jsonb_array_elements(p_reports) as e order by (e->'report'->>'seq')::bigint loop
    told := entry->'report';
    number := (told->>'seq')::bigint;
    -- One after a gap waits until the device sends what is missing, or numbers it anew.
    exit when number > p_device.report_seq + 1;
    is_known := door.is_about_order(p_device, told);
    if not is_known then
      dropped := dropped || number;
    end if;
    -- A repeated report is known already: the same signature over the same text. Another one under its number is told to the device.
    if number <= p_device.report_seq then
      if is_known and not exists (select from device_reports r where r.msp_id = p_device.msp_id and r.device_id = p_device.id
          and r.seq = number and r.signature = entry->>'signature') then
        perform door.note_event(p_at, p_device, 'chain-broken', told,
          'Report ' || number || ' was made before with other content: the device may be a copy or was restored');
        exit;
      end if;
      agreed := number;
      continue;
    end if;
    if told->>'prevHash' <> p_device.report_hash then
      perform door.note_event(p_at, p_device, 'chain-broken', told,
        'Report ' || number || ' does not follow the one before: the device may be a copy or was restored');
    end if;
    if is_known then
      insert into device_reports (msp_id, client_id, device_id, seq, order_id, state, at, received_at, body, signature)
        values (p_device.msp_id, coalesce((select o.client_id from work_orders o where o.msp_id = p_device.msp_id
            and o.id = (told->>'orderId')::uuid and o.device_id = p_device.id), p_device.client_id), p_device.id, number, (told->>'orderId')::uuid, told->>'state',
          (told->>'at')::timestamptz, p_at, told, entry->>'signature');
    elsif exists (select from work_orders o where o.msp_id = p_device.msp_id and o.id = (told->>'orderId')::uuid and o.device_id = p_device.id) then
      perform door.note_event(p_at, p_device, 'unknown-set', told,
        'Says "' || (told->>'state') || '" about update sets that order ' || (told->>'orderId') || ' does not hold: not kept');
    else
      perform door.note_event(p_at, p_device, 'unknown-order', told,
        'Says "' || (told->>'state') || '" about order ' || (told->>'orderId') || ', which it was not given: not kept');
    end if;
    p_device.report_seq := number;
    p_device.report_hash := entry->>'hash';
    agreed := number;
    p_device.is_reboot_pending := (told->>'isRebootPending')::boolean;
    if is_known then
      perform door.apply_report(p_at, p_device, told);
    end if;
  end loop;
  if p_device.report_seq > former then
    update devices d set report_seq = p_device.report_seq, report_hash = p_device.report_hash,
      is_reboot_pending = p_device.is_reboot_pending, judged_at = p_at where d.msp_id = p_device.msp_id and d.id = p_device.id;
  end if;
end $$;
