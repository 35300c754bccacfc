-- A row of the catalogue counts for all clients of the MSP, and each device that lacks the patch may speak to it: the strictest word
-- counts, whoever came first. So no device can talk a patch down that another one knows better; what one alone talks up becomes due,
-- and is approved by no rule of another client (door.note_classes).
-- Only a member of a set speaks: that device is then listed as lacking the patch, so it stands beside what it said.
create or replace function door.raise_strictness(p_batch jsonb, p_fresh uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  stricter record;
begin
  for stricter in
    with given as materialized (
      select d.msp_id, e->'missing'->'updates' as updates, e->'missing'->'sets' as sets
      from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid where d.id = any (p_fresh) and e ? 'missing'
    ), members as materialized (
      select g.msp_id, g.updates->(k.place::int) as u
      from given g, jsonb_array_elements(g.sets) as s, jsonb_array_elements_text(s->'members') as k (place)
    ), said as materialized (
      select m.msp_id, u->>'manager' as manager, u->>'name' as name, u->>'version' as version, u->>'architecture' as architecture,
        door.known_class(u->>'manager', u->>'classification') as classification, u->>'severity' as severity
      from members m group by 1, 2, 3, 4, 5, 6, 7
    )
    select k.msp_id, k.id, s.classification, s.severity
    from said s cross join lateral (select p.msp_id, p.id, p.classification, p.severity from patches p where p.msp_id = s.msp_id
      and p.manager = s.manager and p.name = s.name and p.version = s.version and p.architecture = s.architecture limit 1) k
    where door.strictness(s.classification) > door.strictness(k.classification) or door.strictness(s.severity) > door.strictness(k.severity)
    order by k.id
  loop
    update patches p set
        classification = case when door.strictness(stricter.classification) > door.strictness(p.classification)
          then stricter.classification else p.classification end,
        severity = case when door.strictness(stricter.severity) > door.strictness(p.severity) then stricter.severity else p.severity end
      where p.msp_id = stricter.msp_id and p.id = stricter.id;
  end loop;
end $$;
