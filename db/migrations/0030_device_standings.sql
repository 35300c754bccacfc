CREATE TABLE "device_standings" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "device_standings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"device_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"standing" text NOT NULL,
	"is_silent" boolean NOT NULL,
	"is_restart_pending" boolean NOT NULL,
	CONSTRAINT "device_standings_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "standing" text DEFAULT 'protected' NOT NULL;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "judged_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "plan_items" ADD COLUMN "first_ended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "plan_items" ADD COLUMN "is_first_proved" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "plan_items" ADD COLUMN "proved_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "plan_items" ADD COLUMN "undone_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "device_standings" ADD CONSTRAINT "device_standings_msp_id_client_id_device_id_device_places_msp_id_client_id_device_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."device_places"("msp_id","client_id","device_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "device_standings_device" ON "device_standings" USING btree ("msp_id","client_id","device_id","at");
--> statement-breakpoint
-- Row-level security: enabled, forced, a policy for each command, as in 0001; hidden with an archived client and erased with it, as in 0019.
alter table public.device_standings enable row level security;
--> statement-breakpoint
alter table public.device_standings force row level security;
--> statement-breakpoint
do $$
declare
  command text;
  rule constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)
    and case when (select current_setting(''app.all_clients'', true)) = ''t'' then true
    else client_id = any ((select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[]) end';
begin
  foreach command in array array['select', 'insert', 'update', 'delete'] loop
    execute format('create policy tenant_%s on public.device_standings for %s to app_web, app_worker %s %s', command, command,
      case when command = 'insert' then '' else 'using (' || rule || ')' end,
      case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
  end loop;
end $$;
--> statement-breakpoint
create policy web_hides_archived on public.device_standings as restrictive for select to app_web using (
  case when (select current_setting('app.with_archived', true)) = 't' then true
    else client_id <> all ((select door.archived_clients())::uuid[]) end);
--> statement-breakpoint
create policy erasure_of_due on public.device_standings for all to erasure_definer using ((msp_id, client_id) in (
  select e.msp_id, e.client_id from public.client_erasures e
  where e.cancelled_at is null and e.erased_at is null and e.due_at <= now()));
--> statement-breakpoint
create policy door_all on public.device_standings for all to door_definer using (true) with check (true);
--> statement-breakpoint
grant select on public.device_standings to app_web, app_worker;
--> statement-breakpoint
grant insert on public.device_standings to door_definer;
--> statement-breakpoint
grant select, delete on public.device_standings to erasure_definer;
--> statement-breakpoint
create or replace function public.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'DELETE' and tg_table_name in ('device_reports', 'device_events', 'reports', 'report_files', 'device_standings')
      and current_user = 'erasure_definer' then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
--> statement-breakpoint
create trigger append_only before update or delete on public.device_standings for each row execute function public.refuse_change();
--> statement-breakpoint
grant create on schema door to door_definer;
--> statement-breakpoint
set role door_definer;
--> statement-breakpoint
-- Today's text of both functions: db/functions/.
create or replace function door.note_place() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into device_places (msp_id, client_id, device_id, arrived_at) select m.msp_id, m.client_id, m.id, m.enrolled_at from made m;
  insert into device_standings (msp_id, client_id, device_id, at, standing, is_silent, is_restart_pending)
    select m.msp_id, m.client_id, m.id, m.enrolled_at, m.standing, m.status = 'silent', m.is_reboot_pending from made m;
  return null;
end $$;
--> statement-breakpoint
create function door.note_standing() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return null;
end $$;
--> statement-breakpoint
-- From now on: how they stood before, nobody wrote down.
insert into public.device_standings (msp_id, client_id, device_id, at, standing, is_silent, is_restart_pending)
  select msp_id, client_id, id, now(), standing, status = 'silent', is_reboot_pending from public.devices where retired_at is null;
--> statement-breakpoint
reset role;
--> statement-breakpoint
revoke create on schema door from door_definer;
--> statement-breakpoint
create trigger note_standing after update of standing, status, is_reboot_pending, retired_at, client_id on public.devices for each row
  when ((old.standing, old.status = 'silent', old.is_reboot_pending, old.retired_at, old.client_id)
    is distinct from (new.standing, new.status = 'silent', new.is_reboot_pending, new.retired_at, new.client_id))
  execute function door.note_standing();
--> statement-breakpoint
-- What is known of outcomes so far: when an item that was taken back had been proved, and when one that worked at last had failed first, nobody
-- wrote down.
alter table public.plan_items no force row level security;
--> statement-breakpoint
update public.plan_items set proved_at = case when state = 'proved' then state_at end, undone_at = case when state = 'rolled-back' then state_at end,
  first_ended_at = case when state = 'proved' and is_failure_counted then null else state_at end, is_first_proved = state = 'proved' and not is_failure_counted
  where state in ('proved', 'failed', 'rolled-back', 'rollback-failed');
--> statement-breakpoint
alter table public.plan_items force row level security;
--> statement-breakpoint
grant create on schema door to door_definer;
--> statement-breakpoint
set role door_definer;
--> statement-breakpoint
-- Today's text: db/functions/note-outcome.sql.
create function door.note_outcome() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  return new;
end $$;
--> statement-breakpoint
reset role;
--> statement-breakpoint
revoke create on schema door from door_definer;
--> statement-breakpoint
create trigger note_outcome before update of state on public.plan_items for each row
  when (old.state <> new.state and new.state in ('proved', 'failed', 'rolled-back', 'rollback-failed')) execute function door.note_outcome();
