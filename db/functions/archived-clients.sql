-- The archived clients of the MSP of this transaction: what the console does not see (policies web_hides_archived).
create or replace function door.archived_clients() returns uuid[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select array(select c.id from clients c where c.msp_id = nullif(current_setting('app.msp_id', true), '')::uuid and c.archived_at is not null)
$$;
