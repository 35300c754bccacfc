CREATE TABLE "statements" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"month" text NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"pdf" "bytea" NOT NULL,
	CONSTRAINT "statements_msp_id_client_id_month_pk" PRIMARY KEY("msp_id","client_id","month")
);
--> statement-breakpoint
ALTER TABLE "statements" ADD CONSTRAINT "statements_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- Row-level security: enabled, forced, a policy for each command, as in 0001; hidden with an archived client and erased with it, as in 0019.
alter table public.statements enable row level security;
--> statement-breakpoint
alter table public.statements force row level security;
--> statement-breakpoint
do $$
declare
  command text;
  rule constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)
    and case when (select current_setting(''app.all_clients'', true)) = ''t'' then true
    else client_id = any ((select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[]) end';
begin
  foreach command in array array['select', 'insert', 'update', 'delete'] loop
    execute format('create policy tenant_%s on public.statements for %s to app_web, app_worker %s %s', command, command,
      case when command = 'insert' then '' else 'using (' || rule || ')' end,
      case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
  end loop;
end $$;
--> statement-breakpoint
create policy web_hides_archived on public.statements as restrictive for select to app_web using (
  case when (select current_setting('app.with_archived', true)) = 't' then true
    else client_id <> all ((select door.archived_clients())::uuid[]) end);
--> statement-breakpoint
create policy erasure_of_due on public.statements for all to erasure_definer using ((msp_id, client_id) in (
  select e.msp_id, e.client_id from public.client_erasures e
  where e.cancelled_at is null and e.erased_at is null and e.due_at <= now()));
--> statement-breakpoint
create policy across_reads on public.statements for select to app_across using (true);
--> statement-breakpoint
-- Nobody changes it, and only the erasure of its client takes it away.
grant select on public.statements to app_web, app_across;
--> statement-breakpoint
grant select, insert on public.statements to app_worker;
--> statement-breakpoint
grant select, delete on public.statements to erasure_definer;
--> statement-breakpoint
-- The worker reckons what each client has of the bill.
grant select on public.usage_daily to app_worker;
--> statement-breakpoint
create or replace function public.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'DELETE' and tg_table_name in ('device_reports', 'device_events', 'reports', 'report_files', 'device_standings', 'statements')
      and current_user = 'erasure_definer' then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
--> statement-breakpoint
create trigger append_only before update or delete on public.statements for each row execute function public.refuse_change();
