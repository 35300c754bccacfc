-- The advisory lock of a rollout's starts: a permit holds it shared, a person's verb or a judgement alone. Row locks would not do: on a
-- shared row lock PostgreSQL lets later sharers pass a writer that waits, so a pause starved behind devices that ask without a break.
-- Locks are taken in this order everywhere: a person's own acts (server/proposals/lock-own-acts.ts), turn, the MSP's row, the MSP's turn
-- (door.msp_turn), heartbeat, device, order, plan item, gate, ring; of several of a kind by their ids. What ends claims stands at its end and
-- leaves out what another holds (door.settle_claims).
create or replace function door.rollout_turn(p_rollout uuid) returns bigint
language sql immutable parallel safe as $$ select hashtextextended(p_rollout::text, 7081) $$;
