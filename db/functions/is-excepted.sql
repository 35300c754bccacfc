-- Does an exception in force keep this patch off this device? One rule for start, signature, plan and sweep. It reads the time, so that an
-- exception ends when its day does, whoever sleeps. Who asks sees what row-level security shows them. server/exceptions/in-force.ts says the same.
create or replace function door.is_excepted(p_at timestamptz, p_msp uuid, p_device uuid, p_patch uuid) returns boolean
language sql stable parallel safe as $$
  select exists (select from public.exceptions e
      join public.devices d on d.msp_id = e.msp_id and d.client_id = e.client_id and d.id = p_device
      join public.patches named on named.msp_id = e.msp_id and named.id = e.patch_id
      join public.patches p on p.msp_id = e.msp_id and p.id = p_patch
    where e.msp_id = p_msp and e.answer = 'accepted' and e.ended_at is null and e.expires_at > p_at
      and (p.id = e.patch_id or (e.is_all_versions and p.manager = named.manager and p.name = named.name))
      and (e.device_id is null or e.device_id = d.id) and (e.tag is null or e.tag = any (d.tags)))
$$;
