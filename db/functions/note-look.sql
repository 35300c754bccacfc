-- How a look went, and what of it is stored now (door.inventory). `scanned_at` is the last good look: the lists are sent only when they change,
-- so that the one before held until the trouble began.
drop function if exists door.note_look(timestamptz, jsonb, uuid[], uuid[]);
create or replace function door.note_look(p_at timestamptz, p_batch jsonb, p_fresh uuid[], p_beyond uuid[], p_beyond_packages uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update device_inventories i set
      trouble = concat_ws(E'\n', nullif(e->'missing'->>'trouble', ''), case when i.device_id = any (p_beyond) then
        'The device shows more than ' || door.new_patch_limit() || ' updates within a day that no device has shown before: the others are not taken up yet.' end),
      waiting = coalesce(e->'missing'->'waiting', i.waiting),
      scanned_at = case when e->'missing'->>'trouble' = '' then (e->>'scannedAt')::timestamptz
        when i.trouble = '' and i.scanned_at is not null then p_at else i.scanned_at end,
      received_at = p_at
    from jsonb_array_elements(p_batch) as e where i.device_id = (e->>'device_id')::uuid and i.device_id = any (p_fresh) and e ? 'missing';

  update device_heartbeats h set
      facts_hash = case when e ? 'facts' then e->'hashes'->>'facts' else h.facts_hash end,
      -- What was not taken up is asked for again.
      packages_hash = case when h.device_id = any (p_beyond_packages) then '' when e ? 'packages' then e->'hashes'->>'packages' else h.packages_hash end,
      missing_hash = case when h.device_id = any (p_beyond) then '' when e ? 'missing' then e->'hashes'->>'missing' else h.missing_hash end
    from jsonb_array_elements(p_batch) as e where h.device_id = (e->>'device_id')::uuid and h.device_id = any (p_fresh);

  perform door.note_event(p_at, d, 'too-many-packages', '{}', 'Shows more than ' || door.new_package_limit()
      || ' packages within a day that no device has shown before: the others are not taken up yet (' || to_char(p_at at time zone 'UTC', 'YYYY-MM-DD') || ')')
    from devices d where d.id = any (p_beyond_packages) order by d.id;
end $$;
