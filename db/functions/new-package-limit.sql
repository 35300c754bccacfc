-- Package versions that one device may show within a day as the first of its MSP: as many as a whole system with all its updates has. A broken or
-- hostile one must not fill the dictionary.
create or replace function door.new_package_limit() returns integer language sql immutable parallel safe as $$ select 10000 $$;
