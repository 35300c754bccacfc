-- How much a classification or a severity asks for: more beats less when devices differ about a patch (door.inventory). A severity that
-- nobody gave is stricter than "low" and "moderate", which somebody must have vouched for. What is not in the list asks for nothing.
create or replace function door.strictness(p_word text) returns integer language sql immutable parallel safe as $$
  select case p_word when 'critical' then 5 when 'security' then 4 when 'important' then 4 when 'unknown' then 3 when 'hotfix' then 3
    when 'moderate' then 2 when 'bug fix' then 2 when 'low' then 1 when 'service pack' then 1 when 'feature' then 1 else 0 end
$$;
