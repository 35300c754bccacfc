-- What the devices of a client said of a patch, the strictest word (door.inventory): what an approval rule of that client judges by. The word of
-- another client's device is not among it: one device could else get a patch approved everywhere. Only a member of a set speaks, as in
-- door.raise_strictness.
create or replace function door.note_classes(p_batch jsonb, p_fresh uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  with given as materialized (
    select d.msp_id, d.client_id, e->'missing'->'updates' as updates, e->'missing'->'sets' as sets
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid where d.id = any (p_fresh) and e ? 'missing'
  ), members as materialized (
    select g.msp_id, g.client_id, g.updates->(k.place::int) as u
    from given g, jsonb_array_elements(g.sets) as s, jsonb_array_elements_text(s->'members') as k (place)
  ), said as materialized (
    select m.msp_id, m.client_id, u->>'manager' as manager, u->>'name' as name, u->>'version' as version, u->>'architecture' as architecture,
      door.known_class(u->>'manager', u->>'classification') as classification, u->>'severity' as severity
    from members m group by 1, 2, 3, 4, 5, 6, 7, 8
  ), news as materialized (
    -- A row that says as much already is not even locked.
    select s.msp_id, s.client_id, k.id as patch_id, s.classification, s.severity
    from said s cross join lateral (select p.id from patches p where p.msp_id = s.msp_id
        and p.manager = s.manager and p.name = s.name and p.version = s.version and p.architecture = s.architecture limit 1) k
    where not exists (select from client_patch_classes o where o.msp_id = s.msp_id and o.client_id = s.client_id and o.patch_id = k.id
      and door.strictness(o.classification) >= door.strictness(s.classification) and door.strictness(o.severity) >= door.strictness(s.severity))
  )
  insert into client_patch_classes as c (msp_id, client_id, patch_id, classification, severity)
    select n.msp_id, n.client_id, n.patch_id,
      (array_agg(n.classification order by door.strictness(n.classification) desc, n.classification))[1],
      (array_agg(n.severity order by door.strictness(n.severity) desc, n.severity))[1]
    from news n group by 1, 2, 3 order by 1, 2, 3
    on conflict (msp_id, client_id, patch_id) do update set
      classification = case when door.strictness(excluded.classification) > door.strictness(c.classification)
        then excluded.classification else c.classification end,
      severity = case when door.strictness(excluded.severity) > door.strictness(c.severity) then excluded.severity else c.severity end;
end $$;
