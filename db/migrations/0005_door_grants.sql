-- 0002 revoked and granted after it had stopped being the functions' owner, which PostgreSQL answers with a warning only:
-- every role could call every door function. Only the owner's own word counts, so it is given here.
set role door_definer;
--> statement-breakpoint
revoke all on all functions in schema door from public;
--> statement-breakpoint
grant execute on function door.credentials(uuid[]), door.signing_root(), door.use_counters(timestamptz, uuid[], bigint[]),
  door.check_in(timestamptz, uuid[], bigint[], text[], text[], text[]), door.enrol(timestamptz, text, text, jsonb),
  door.inventory(timestamptz, jsonb), door.lease(timestamptz, uuid[]), door.permit(timestamptz, uuid, bigint, uuid),
  door.reports(timestamptz, jsonb) to app_device;
--> statement-breakpoint
reset role;
