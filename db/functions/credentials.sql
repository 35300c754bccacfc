-- What a door process caches to verify a request.
create or replace function door.credentials(p_ids uuid[])
returns table (device_id uuid, msp_id uuid, client_id uuid, public_key text, is_retired boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select id, d.msp_id, d.client_id, d.public_key, retired_at is not null from devices d where id = any (p_ids)
$$;
