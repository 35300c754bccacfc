-- The door's process may call what it calls itself; helpers of these functions belong to nobody else, except for the few below.
revoke all on all functions in schema door from public;
grant execute on function door.credentials(uuid[]), door.signing_roots(integer),
  door.note_root(timestamptz, uuid, integer, text), door.standing(uuid), door.use_counters(timestamptz, uuid[], bigint[]),
  door.check_in(timestamptz, uuid[], bigint[], text[], text[], text[]), door.enrol(timestamptz, text, text, jsonb),
  door.inventory(timestamptz, jsonb), door.lease(timestamptz, uuid[]), door.permit(timestamptz, uuid, bigint, uuid),
  door.reports(timestamptz, jsonb) to app_device;
-- Who decides about a rollout waits for the permits that are being given, and they for them.
grant execute on function door.rollout_turn(uuid) to app_web, app_worker, app_across;
-- The same for who stops all changes of an MSP, and for who signs its orders.
grant execute on function door.msp_turn(uuid), door.is_change(text), door.is_stopped(uuid, text) to app_web, app_across;
-- What an exception keeps off, for the plan, the orders and the sweep; each sees the exceptions that row-level security shows it.
grant execute on function door.is_excepted(timestamptz, uuid, uuid, uuid) to app_web, app_worker, app_across;
-- One rule for both sides; it asks whose rollout it is itself.
grant execute on function door.settle_claims(timestamptz, uuid, uuid, uuid) to app_web, app_worker, app_across;
-- What failed is counted in one place, whoever moved it.
grant execute on function door.recount_failed(uuid, uuid[]) to app_web, app_worker, app_across;
-- A person moves a device to another client, or retires it; what it takes part in is not theirs to write.
grant execute on function door.move_device(timestamptz, uuid, uuid, uuid, uuid, text[], text), door.release_device(timestamptz, uuid, uuid, text)
  to app_web;
-- What row-level security leaves out for the console.
grant execute on function door.archived_clients() to app_web;
-- For a sweep over all MSPs.
grant execute on function door.end_late_orders(timestamptz) to app_across;
