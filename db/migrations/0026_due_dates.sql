CREATE TABLE "client_patch_dues" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"patch_id" uuid NOT NULL,
	"due_at" timestamp with time zone,
	"pack_id" text,
	"pack_version" text,
	"rule_index" integer,
	"clock" text NOT NULL,
	"clock_starts_at" timestamp with time zone NOT NULL,
	"classification" text NOT NULL,
	"severity" text NOT NULL,
	"released_at" timestamp with time zone,
	"first_seen_at" timestamp with time zone NOT NULL,
	"time_zone" text NOT NULL,
	"due_days" integer NOT NULL,
	"packs" text[] NOT NULL,
	"reckoned_at" timestamp with time zone NOT NULL,
	CONSTRAINT "client_patch_dues_msp_id_client_id_patch_id_pk" PRIMARY KEY("msp_id","client_id","patch_id")
);
--> statement-breakpoint
CREATE TABLE "client_rule_packs" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"pack_id" text NOT NULL,
	"pack_version" text NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp with time zone NOT NULL,
	CONSTRAINT "client_rule_packs_msp_id_client_id_pack_id_pk" PRIMARY KEY("msp_id","client_id","pack_id")
);
--> statement-breakpoint
ALTER TABLE "client_patch_dues" ADD CONSTRAINT "client_patch_dues_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_patch_dues" ADD CONSTRAINT "client_patch_dues_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_rule_packs" ADD CONSTRAINT "client_rule_packs_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- Row-level security: enabled, forced, a policy for each command, as in 0001; hidden with an archived client and erased with it, as in 0019.
do $$
declare
  t text;
  command text;
  rule constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)
    and case when (select current_setting(''app.all_clients'', true)) = ''t'' then true
    else client_id = any ((select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[]) end';
begin
  foreach t in array array['client_rule_packs', 'client_patch_dues'] loop
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
-- People choose the packs, the fleet sweep reads them and alone writes the dates.
grant select, insert, delete on public.client_rule_packs to app_web;
--> statement-breakpoint
grant select on public.client_rule_packs to app_worker;
--> statement-breakpoint
create policy across_reads on public.client_rule_packs for select to app_across using (true);
--> statement-breakpoint
grant select on public.client_rule_packs to app_across;
--> statement-breakpoint
grant select on public.client_patch_dues to app_web, app_worker;
--> statement-breakpoint
create policy across_all on public.client_patch_dues for all to app_across using (true) with check (true);
--> statement-breakpoint
grant select, insert, update on public.client_patch_dues to app_across;
