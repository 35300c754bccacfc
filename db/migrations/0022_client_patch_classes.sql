CREATE TABLE "client_patch_classes" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"patch_id" uuid NOT NULL,
	"classification" text NOT NULL,
	"severity" text NOT NULL,
	CONSTRAINT "client_patch_classes_msp_id_client_id_patch_id_pk" PRIMARY KEY("msp_id","client_id","patch_id")
);
--> statement-breakpoint
ALTER TABLE "client_patch_classes" ADD CONSTRAINT "client_patch_classes_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_patch_classes" ADD CONSTRAINT "client_patch_classes_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- Until a device says otherwise, what was known of a patch holds where somebody lacks or lacked it.
insert into public.client_patch_classes (msp_id, client_id, patch_id, classification, severity)
  select distinct t.msp_id, t.client_id, t.patch_id, p.classification, p.severity
  from public.device_patches t join public.patches p on p.msp_id = t.msp_id and p.id = t.patch_id;
--> statement-breakpoint
-- Row-level security: enabled, forced, a policy for each command, as in 0001; hidden with an archived client and erased with it, as in 0019.
alter table public.client_patch_classes enable row level security;
--> statement-breakpoint
alter table public.client_patch_classes force row level security;
--> statement-breakpoint
do $$
declare
  command text;
  rule constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)
    and case when (select current_setting(''app.all_clients'', true)) = ''t'' then true
    else client_id = any ((select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[]) end';
begin
  foreach command in array array['select', 'insert', 'update', 'delete'] loop
    execute format('create policy tenant_%s on public.client_patch_classes for %s to app_web, app_worker %s %s', command, command,
      case when command = 'insert' then '' else 'using (' || rule || ')' end,
      case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
  end loop;
end $$;
--> statement-breakpoint
create policy web_hides_archived on public.client_patch_classes as restrictive for select to app_web using (
  case when (select current_setting('app.with_archived', true)) = 't' then true
    else client_id <> all ((select door.archived_clients())::uuid[]) end);
--> statement-breakpoint
create policy erasure_of_due on public.client_patch_classes for all to erasure_definer using ((msp_id, client_id) in (
  select e.msp_id, e.client_id from public.client_erasures e
  where e.cancelled_at is null and e.erased_at is null and e.due_at <= now()));
--> statement-breakpoint
create policy door_all on public.client_patch_classes for all to door_definer using (true) with check (true);
--> statement-breakpoint
create policy across_reads on public.client_patch_classes for select to app_across using (true);
--> statement-breakpoint
grant select on public.client_patch_classes to app_web, app_worker, app_across;
--> statement-breakpoint
grant select, delete on public.client_patch_classes to erasure_definer;
--> statement-breakpoint
grant select, insert, update on public.client_patch_classes to door_definer;
