-- The roots after a version: who may sign orders, each signed as the one before it asks. After 0: all of them, the first without a signature.
create or replace function door.signing_roots(p_after integer) returns table (version integer, root jsonb, envelope jsonb)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select r.version, r.root, r.envelope from signing_roots r where r.version > p_after order by r.version
$$;
