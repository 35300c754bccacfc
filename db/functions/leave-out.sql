-- So many devices of an open or coming gate will not take its patch: they are due there no more. Where nobody is left to prove it, it was not
-- tried: rings behind take it only if a ring before has passed it.
create or replace function door.leave_out(p_at timestamptz, p_msp uuid, p_rollout uuid, p_position integer, p_patch uuid, p_devices integer,
  p_why text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update ring_patches p set
      due = case when p.due > p_devices or exists (select from ring_patches e where e.msp_id = p.msp_id and e.rollout_id = p.rollout_id
        and e.patch_id = p.patch_id and e.position < p.position and e.verdict = 'pass') then p.due - p_devices else p.due end,
      proved_needed = least(p.proved_needed, p.due - p_devices),
      verdict = case when p.due > p_devices then p.verdict else 'skipped' end,
      verdict_at = case when p.due > p_devices then p.verdict_at else p_at end,
      verdict_reason = case when p.due > p_devices then p.verdict_reason else p_why end
    where p.msp_id = p_msp and p.rollout_id = p_rollout and p.position = p_position and p.patch_id = p_patch
      and p.verdict not in ('pass', 'fail', 'skipped');
  update rollout_rings g set is_dirty = true where g.msp_id = p_msp and g.rollout_id = p_rollout and g.position = p_position and g.state = 'open';
end $$;
