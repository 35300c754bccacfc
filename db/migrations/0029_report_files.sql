ALTER TABLE "reports" ADD CONSTRAINT "reports_mspId_clientId_id_unique" UNIQUE("msp_id","client_id","id");
--> statement-breakpoint
CREATE TABLE "report_files" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"report_id" uuid NOT NULL,
	"pdf" "bytea" NOT NULL,
	CONSTRAINT "report_files_msp_id_report_id_pk" PRIMARY KEY("msp_id","report_id")
);
--> statement-breakpoint
ALTER TABLE "report_files" ADD CONSTRAINT "report_files_msp_id_client_id_report_id_reports_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","report_id") REFERENCES "public"."reports"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- Row-level security: enabled, forced, a policy for each command, as in 0001; hidden with an archived client and erased with it, as in 0019.
alter table public.report_files enable row level security;
--> statement-breakpoint
alter table public.report_files force row level security;
--> statement-breakpoint
do $$
declare
  command text;
  rule constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)
    and case when (select current_setting(''app.all_clients'', true)) = ''t'' then true
    else client_id = any ((select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[]) end';
begin
  foreach command in array array['select', 'insert', 'update', 'delete'] loop
    execute format('create policy tenant_%s on public.report_files for %s to app_web, app_worker %s %s', command, command,
      case when command = 'insert' then '' else 'using (' || rule || ')' end,
      case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
  end loop;
end $$;
--> statement-breakpoint
create policy web_hides_archived on public.report_files as restrictive for select to app_web using (
  case when (select current_setting('app.with_archived', true)) = 't' then true
    else client_id <> all ((select door.archived_clients())::uuid[]) end);
--> statement-breakpoint
create policy erasure_of_due on public.report_files for all to erasure_definer using ((msp_id, client_id) in (
  select e.msp_id, e.client_id from public.client_erasures e
  where e.cancelled_at is null and e.erased_at is null and e.due_at <= now()));
--> statement-breakpoint
create policy across_reads on public.report_files for select to app_across using (true);
--> statement-breakpoint
-- As its report: nobody changes it, and only the erasure of its client takes it away.
grant select on public.report_files to app_web, app_across;
--> statement-breakpoint
grant select, insert on public.report_files to app_worker;
--> statement-breakpoint
grant select, delete on public.report_files to erasure_definer;
--> statement-breakpoint
create or replace function public.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'DELETE' and tg_table_name in ('device_reports', 'device_events', 'reports', 'report_files') and current_user = 'erasure_definer' then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
--> statement-breakpoint
create trigger append_only before update or delete on public.report_files for each row execute function public.refuse_change();
