CREATE TABLE "consents" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"patch_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"plan" text NOT NULL,
	"asked_by" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"answer" text,
	"answered_by" text,
	"answered_at" timestamp with time zone,
	"answer_reason" text DEFAULT '' NOT NULL,
	"ended_by" text,
	"ended_at" timestamp with time zone,
	"end_reason" text,
	CONSTRAINT "consents_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "consents_standing" ON "consents" USING btree ("msp_id","client_id","patch_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "consents_client" ON "consents" USING btree ("msp_id","client_id","asked_at");--> statement-breakpoint
-- Row-level security: enabled, forced, a policy for each command, as in 0001; hidden with an archived client and erased with it, as in 0019.
do $$
declare
  command text;
  rule constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)
    and case when (select current_setting(''app.all_clients'', true)) = ''t'' then true
    else client_id = any ((select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[]) end';
begin
  alter table public.consents enable row level security;
  alter table public.consents force row level security;
  foreach command in array array['select', 'insert', 'update', 'delete'] loop
    execute format('create policy tenant_%s on public.consents for %s to app_web, app_worker %s %s', command, command,
      case when command = 'insert' then '' else 'using (' || rule || ')' end,
      case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
  end loop;
  create policy web_hides_archived on public.consents as restrictive for select to app_web using (
    case when (select current_setting('app.with_archived', true)) = 't' then true
      else client_id <> all ((select door.archived_clients())::uuid[]) end);
  create policy erasure_of_due on public.consents for all to erasure_definer using ((msp_id, client_id) in (
    select e.msp_id, e.client_id from public.client_erasures e
    where e.cancelled_at is null and e.erased_at is null and e.due_at <= now()));
  grant select, delete on public.consents to erasure_definer;
end $$;
--> statement-breakpoint
-- People ask, answer and end; what was asked is never written anew. The planner only reads.
grant select, insert on public.consents to app_web;
--> statement-breakpoint
grant update (answer, answered_by, answered_at, answer_reason, ended_by, ended_at, end_reason) on public.consents to app_web;
--> statement-breakpoint
grant select on public.consents to app_worker;
--> statement-breakpoint
create policy across_reads on public.consents for select to app_across using (true);
--> statement-breakpoint
grant select on public.consents to app_across;
