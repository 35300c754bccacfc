-- A device says which root it has pinned, and why it did not take the next one. It cannot have one that was never published.
create or replace function door.note_root(p_at timestamptz, p_device uuid, p_version integer, p_refusal text) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with moved as (
    update devices set root_version = p_version
    where id = p_device and root_version <> p_version and p_version <= (select max(version) from signing_roots)
    returning *
  )
  select door.note_event(p_at, d, 'root-pinned', null, 'Goes by version ' || p_version || ' of the signing keys') from moved m, devices d
    where d.id = m.id;
  select door.note_event(p_at, d, 'root-refused', null, 'Refused the next signing keys: ' || p_refusal) from devices d
    where d.id = p_device and p_refusal is not null
$$;
