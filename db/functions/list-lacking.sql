-- What each device lacks, from an inventory (door.inventory). From each set to its members by their place in the list, and to a predecessor
-- by set and name: no join that a planner without statistics could get wrong, no list that is read again for each member. Of two under one
-- name the first counts.
create or replace function door.list_lacking(p_at timestamptz, p_batch jsonb, p_fresh uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  with given as materialized (
    select d.msp_id, d.client_id, d.id as device_id, e->'missing'->'updates' as updates, e->'missing'->'sets' as sets,
      (select jsonb_object_agg(b.number || ' ' || (q->>'name'), q->'sha256' order by q_number desc)
        from jsonb_array_elements(e->'missing'->'sets') with ordinality as b (s, number),
          jsonb_array_elements(b.s->'predecessors') with ordinality as p (q, q_number)) as predecessors
    from jsonb_array_elements(p_batch) as e join devices d on d.id = (e->>'device_id')::uuid where d.id = any (p_fresh) and e ? 'missing'
  ), members as materialized (
    select g.msp_id, g.client_id, g.device_id, n.number, n.s->>'key' as set_key, n.s->>'undoClass' as undo_class,
      n.s->>'undoReason' as undo_reason, g.updates->(k.place::int) as u,
      g.predecessors->>(n.number || ' ' || (g.updates->(k.place::int)->>'name')) as predecessor
    from given g, jsonb_array_elements(g.sets) with ordinality as n (s, number), jsonb_array_elements_text(n.s->'members') as k (place)
  ), listed as (
    select distinct on (m.device_id, c.id) m.msp_id, m.client_id, m.device_id, c.id as patch_id, m.u->>'fromVersion' as from_version,
      m.u->>'sha256' as sha256, m.set_key, m.undo_class, m.undo_reason, m.predecessor
    from members m, lateral (select p.id from patches p where p.msp_id = m.msp_id and p.manager = m.u->>'manager'
      and p.name = m.u->>'name' and p.version = m.u->>'version' and p.architecture = m.u->>'architecture' limit 1) c
    order by m.device_id, c.id, m.number
  )
  insert into device_patches as t (msp_id, client_id, device_id, patch_id, from_version, sha256, set_key, undo_class, undo_reason,
      predecessor_sha256, found_at)
    select msp_id, client_id, device_id, patch_id, from_version, sha256, set_key, undo_class, undo_reason, predecessor, p_at from listed
    on conflict (msp_id, device_id, patch_id) do update set client_id = excluded.client_id, from_version = excluded.from_version, sha256 = excluded.sha256,
      set_key = excluded.set_key, undo_class = excluded.undo_class, undo_reason = excluded.undo_reason,
      predecessor_sha256 = excluded.predecessor_sha256, resolved_at = null,
      found_at = case when t.resolved_at is null then t.found_at else excluded.found_at end
    where (t.client_id, t.from_version, t.sha256, t.set_key, t.undo_class, t.undo_reason, t.predecessor_sha256, t.resolved_at) is distinct from
      (excluded.client_id, excluded.from_version, excluded.sha256, excluded.set_key, excluded.undo_class, excluded.undo_reason, excluded.predecessor_sha256, null);
end $$;
