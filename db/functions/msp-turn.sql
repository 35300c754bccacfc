-- The advisory lock of an MSP's changes: who gives a permit, hands out or signs its orders holds it shared, who stops all changes alone. So none
-- of these happens after a stop has committed, unless it held this for longer than a stop waits. Before it the rollout's turn, and for who stops
-- the MSP's row, which permits need only for foreign keys: those do not wait for its lock (door.rollout_turn).
create or replace function door.msp_turn(p_msp uuid) returns bigint
language sql immutable parallel safe as $$ select hashtextextended(p_msp::text, 7083) $$;
