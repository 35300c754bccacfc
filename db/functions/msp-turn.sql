-- The advisory lock of an MSP's changes: who gives a permit, hands out or signs its orders holds it shared, who stops all changes alone. So none
-- of these happens after a stop has committed. After the rollout's turn, before everything else (door.rollout_turn).
create or replace function door.msp_turn(p_msp uuid) returns bigint
language sql immutable parallel safe as $$ select hashtextextended(p_msp::text, 7083) $$;
