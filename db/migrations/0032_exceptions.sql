CREATE TABLE "exceptions" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"patch_id" uuid NOT NULL,
	"is_all_versions" boolean NOT NULL,
	"device_id" uuid,
	"tag" text,
	"reason" text NOT NULL,
	"owner" text NOT NULL,
	"measure" text NOT NULL,
	"last_day" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"asked_from" text NOT NULL,
	"asked_by" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"answer" text,
	"answered_by" text,
	"answered_at" timestamp with time zone,
	"answer_reason" text DEFAULT '' NOT NULL,
	"ended_by" text,
	"ended_at" timestamp with time zone,
	"end_reason" text,
	CONSTRAINT "exceptions_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "feedbacks" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"rollout_id" uuid NOT NULL,
	"is_broken" boolean NOT NULL,
	"words" text NOT NULL,
	"given_by" text NOT NULL,
	"given_at" timestamp with time zone NOT NULL,
	"seen_by" text,
	"seen_at" timestamp with time zone,
	CONSTRAINT "feedbacks_msp_id_client_id_rollout_id_pk" PRIMARY KEY("msp_id","client_id","rollout_id")
);
--> statement-breakpoint
ALTER TABLE "exceptions" ADD CONSTRAINT "exceptions_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exceptions" ADD CONSTRAINT "exceptions_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "exceptions" ADD CONSTRAINT "exceptions_msp_id_client_id_device_id_device_places_msp_id_client_id_device_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."device_places"("msp_id","client_id","device_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedbacks" ADD CONSTRAINT "feedbacks_msp_id_client_id_rollout_id_rollouts_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","rollout_id") REFERENCES "public"."rollouts"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "exceptions_client" ON "exceptions" USING btree ("msp_id","client_id","expires_at");--> statement-breakpoint
-- Row-level security: enabled, forced, a policy for each command, as in 0001; hidden with an archived client and erased with it, as in 0019.
do $$
declare
  t text;
  command text;
  rule constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)
    and case when (select current_setting(''app.all_clients'', true)) = ''t'' then true
    else client_id = any ((select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[]) end';
begin
  foreach t in array array['exceptions', 'feedbacks'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    foreach command in array array['select', 'insert', 'update', 'delete'] loop
      execute format('create policy tenant_%s on public.%I for %s to app_web, app_worker %s %s', command, t, command,
        case when command = 'insert' then '' else 'using (' || rule || ')' end,
        case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
    end loop;
    execute format('create policy web_hides_archived on public.%I as restrictive for select to app_web using (
      case when (select current_setting(''app.with_archived'', true)) = ''t'' then true
        else client_id <> all ((select door.archived_clients())::uuid[]) end)', t);
    execute format('create policy erasure_of_due on public.%I for all to erasure_definer using ((msp_id, client_id) in (
      select e.msp_id, e.client_id from public.client_erasures e
      where e.cancelled_at is null and e.erased_at is null and e.due_at <= now()))', t);
    execute format('grant select, delete on public.%I to erasure_definer', t);
  end loop;
end $$;
--> statement-breakpoint
-- People ask, answer and end; what was agreed on is never written anew. The door, the sweeps and the planner only read.
grant select, insert on public.exceptions, public.feedbacks to app_web;
--> statement-breakpoint
grant update (answer, answered_by, answered_at, answer_reason, ended_by, ended_at, end_reason) on public.exceptions to app_web;
--> statement-breakpoint
grant update (seen_by, seen_at) on public.feedbacks to app_web;
--> statement-breakpoint
grant select on public.exceptions, public.feedbacks to app_worker;
--> statement-breakpoint
create policy across_reads on public.exceptions for select to app_across using (true);
--> statement-breakpoint
grant select on public.exceptions to app_across;
--> statement-breakpoint
create policy door_all on public.exceptions for all to door_definer using (true) with check (true);
--> statement-breakpoint
grant select on public.exceptions to door_definer;
