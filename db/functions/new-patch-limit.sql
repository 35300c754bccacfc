-- New rows of the catalogue that one device may bring within a day: a broken or hostile one must not fill it for the MSP.
create or replace function door.new_patch_limit() returns integer language sql immutable parallel safe as $$ select 2000 $$;
