-- When an item of a plan was proved and taken back, and how its first attempt ended (trigger on plan_items, where its state becomes an outcome):
-- its state says only what is, and a report of a month asks what was.
create or replace function door.note_outcome() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.first_ended_at is null then
    new.first_ended_at := new.state_at;
    new.is_first_proved := new.state = 'proved';
  end if;
  if new.state = 'proved' then
    new.proved_at := new.state_at;
    new.undone_at := null;
  elsif new.state = 'rolled-back' then
    new.undone_at := new.state_at;
  end if;
  return new;
end $$;
