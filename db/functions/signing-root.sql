-- The pinned root that enrolment hands out.
create or replace function door.signing_root() returns table (key_id text, public_key text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select k.key_id, k.public_key from signing_keys k where retired_at is null order by created_at
$$;
