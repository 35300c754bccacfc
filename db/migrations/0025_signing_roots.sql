-- Keys that sign orders can be rotated: the roots that devices pin follow one another, each signed as the one before it asks.
CREATE TABLE "signing_roots" (
	"version" integer PRIMARY KEY NOT NULL,
	"root" jsonb NOT NULL,
	"envelope" jsonb,
	"published_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "root_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_records_key" ON "audit_records" USING btree ("msp_id","subject_id") WHERE action = 'enrolment:publish-key';--> statement-breakpoint
-- What enrolment handed out until now is the first root, key by key in that order: devices have it pinned, tokens carry its fingerprint.
insert into public.signing_roots (version, root, published_at)
  select 1, jsonb_build_object('threshold', 1, 'keys', jsonb_agg(jsonb_build_object('keyid', key_id, 'publicKey', public_key)
    order by created_at, key_id)), min(created_at)
  from public.signing_keys where retired_at is null having count(*) > 0;
--> statement-breakpoint
DROP TABLE "signing_keys";
--> statement-breakpoint
create trigger append_only before update or delete on public.signing_roots for each row execute function public.refuse_change();
--> statement-breakpoint
grant select, insert on public.signing_roots to app_across;
--> statement-breakpoint
-- A token carries the fingerprint of the newest; the door hands the chain out. Neither writes it.
grant select on public.signing_roots to app_web, door_definer;
--> statement-breakpoint
-- Their answers have other columns from here on: db/functions has what takes their places.
set role door_definer;
--> statement-breakpoint
drop function door.signing_root();
--> statement-breakpoint
drop function door.check_in(timestamptz, uuid[], bigint[], text[], text[], text[]);
--> statement-breakpoint
reset role;
