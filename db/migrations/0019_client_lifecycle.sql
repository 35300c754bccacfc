CREATE TABLE "client_erasures" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"client_name" text NOT NULL,
	"reason" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"cancelled_at" timestamp with time zone,
	"cancelled_by" text,
	"erased_at" timestamp with time zone,
	"proof" jsonb,
	CONSTRAINT "client_erasures_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "client_group_members" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"group_id" uuid NOT NULL,
	CONSTRAINT "client_group_members_msp_id_group_id_client_id_pk" PRIMARY KEY("msp_id","group_id","client_id")
);
--> statement-breakpoint
CREATE TABLE "client_groups" (
	"msp_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "client_groups_msp_id_id_pk" PRIMARY KEY("msp_id","id"),
	CONSTRAINT "client_groups_mspId_name_unique" UNIQUE("msp_id","name")
);
--> statement-breakpoint
CREATE TABLE "device_places" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"arrived_at" timestamp with time zone NOT NULL,
	"left_at" timestamp with time zone,
	"host_name" text DEFAULT '' NOT NULL,
	CONSTRAINT "device_places_msp_id_client_id_device_id_pk" PRIMARY KEY("msp_id","client_id","device_id")
);
--> statement-breakpoint
-- What is there already belongs where it is. For a moment the owner may see the rows.
alter table public.devices no force row level security;
--> statement-breakpoint
insert into public.device_places (msp_id, client_id, device_id, arrived_at) select msp_id, client_id, id, enrolled_at from public.devices;
--> statement-breakpoint
alter table public.devices force row level security;
--> statement-breakpoint
ALTER TABLE "device_events" DROP CONSTRAINT "device_events_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk";
--> statement-breakpoint
ALTER TABLE "device_heartbeats" DROP CONSTRAINT "device_heartbeats_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk";
--> statement-breakpoint
ALTER TABLE "device_inventories" DROP CONSTRAINT "device_inventories_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk";
--> statement-breakpoint
ALTER TABLE "device_reports" DROP CONSTRAINT "device_reports_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk";
--> statement-breakpoint
ALTER TABLE "decisions" DROP CONSTRAINT "decisions_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk";
--> statement-breakpoint
ALTER TABLE "device_patches" DROP CONSTRAINT "device_patches_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk";
--> statement-breakpoint
ALTER TABLE "plan_items" DROP CONSTRAINT "plan_items_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk";
--> statement-breakpoint
ALTER TABLE "work_orders" DROP CONSTRAINT "work_orders_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk";
--> statement-breakpoint
ALTER TABLE "client_erasures" ADD CONSTRAINT "client_erasures_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_group_members" ADD CONSTRAINT "client_group_members_msp_id_group_id_client_groups_msp_id_id_fk" FOREIGN KEY ("msp_id","group_id") REFERENCES "public"."client_groups"("msp_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_group_members" ADD CONSTRAINT "client_group_members_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_groups" ADD CONSTRAINT "client_groups_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_places" ADD CONSTRAINT "device_places_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "client_erasures_standing" ON "client_erasures" USING btree ("msp_id","client_id") WHERE cancelled_at is null;--> statement-breakpoint
CREATE INDEX "device_places_left" ON "device_places" USING btree ("msp_id","client_id","left_at") WHERE left_at is not null;--> statement-breakpoint
ALTER TABLE "device_events" ADD CONSTRAINT "device_events_msp_id_client_id_device_id_device_places_msp_id_client_id_device_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."device_places"("msp_id","client_id","device_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_heartbeats" ADD CONSTRAINT "device_heartbeats_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."devices"("msp_id","client_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "device_inventories" ADD CONSTRAINT "device_inventories_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."devices"("msp_id","client_id","id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "device_reports" ADD CONSTRAINT "device_reports_msp_id_client_id_device_id_device_places_msp_id_client_id_device_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."device_places"("msp_id","client_id","device_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_msp_id_client_id_device_id_device_places_msp_id_client_id_device_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."device_places"("msp_id","client_id","device_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_patches" ADD CONSTRAINT "device_patches_msp_id_client_id_device_id_device_places_msp_id_client_id_device_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."device_places"("msp_id","client_id","device_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_items" ADD CONSTRAINT "plan_items_msp_id_client_id_device_id_device_places_msp_id_client_id_device_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."device_places"("msp_id","client_id","device_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_orders" ADD CONSTRAINT "work_orders_msp_id_client_id_device_id_device_places_msp_id_client_id_device_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."device_places"("msp_id","client_id","device_id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
-- Row-level security of the new tables: enabled, forced, a policy for each command, as in 0001.
do $$
declare
  t text;
  command text;
  msp constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)';
  listed constant text := ' and case when (select current_setting(''app.all_clients'', true)) = ''t'' then true
    else client_id = any ((select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[]) end';
  rule text;
begin
  foreach t in array array['device_places', 'client_groups', 'client_group_members', 'client_erasures'] loop
    rule := case t when 'client_groups' then msp else msp || listed end;
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    foreach command in array array['select', 'insert', 'update', 'delete'] loop
      execute format('create policy tenant_%s on public.%I for %s to app_web, app_worker %s %s', command, t, command,
        case when command = 'insert' then '' else 'using (' || rule || ')' end,
        case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
    end loop;
  end loop;
end $$;
--> statement-breakpoint
grant select on public.device_places to app_web, app_worker;
--> statement-breakpoint
grant select, insert, update (name), delete on public.client_groups to app_web;
--> statement-breakpoint
grant select, insert, delete on public.client_group_members to app_web;
--> statement-breakpoint
grant select, insert, update (cancelled_at, cancelled_by) on public.client_erasures to app_web;
--> statement-breakpoint
grant update (name, time_zone, archived_at) on public.clients to app_web;
--> statement-breakpoint
grant update (name), delete on public.sites to app_web;
--> statement-breakpoint
-- A device leaves for good; whatever else changes of it is the door's.
grant update (retired_at) on public.devices to app_web;
--> statement-breakpoint
-- An erasure begins at its beginning: nothing of it is done yet, and it does not come before its waiting time.
create policy web_starts on public.client_erasures as restrictive for insert to app_web
  with check (cancelled_at is null and erased_at is null and proof is null and due_at >= requested_at + interval '7 days');
--> statement-breakpoint
-- The door writes where a device belongs.
create policy door_all on public.device_places for all to door_definer using (true) with check (true);
--> statement-breakpoint
grant select, insert, update on public.device_places to door_definer;
--> statement-breakpoint
create policy across_all on public.client_erasures for all to app_across using (true) with check (true);
--> statement-breakpoint
grant select, update (proof) on public.client_erasures to app_across;
--> statement-breakpoint
grant select, update (erased_at) on public.client_erasures to app_worker;
--> statement-breakpoint
grant create on schema door to door_definer;
--> statement-breakpoint
set role door_definer;
--> statement-breakpoint
-- Each new device has a place. Today's text of both functions: db/functions/.
create function door.note_place() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into device_places (msp_id, client_id, device_id, arrived_at) select m.msp_id, m.client_id, m.id, m.enrolled_at from made m;
  return null;
end $$;
--> statement-breakpoint
create function door.archived_clients() returns uuid[] language sql stable security definer set search_path = pg_catalog, public as $$
  select array(select c.id from clients c where c.msp_id = nullif(current_setting('app.msp_id', true), '')::uuid and c.archived_at is not null)
$$;
--> statement-breakpoint
reset role;
--> statement-breakpoint
revoke create on schema door from door_definer;
--> statement-breakpoint
create trigger note_place after insert on public.devices referencing new table as made for each statement execute function door.note_place();
--> statement-breakpoint
-- What belongs to an archived client is not there for the console, whatever it asks for: on top of the tenant's policies. Only who set
-- app.with_archived for their transaction sees it (server/clients/see-archived.ts). The audit log and the erasures stay visible.
do $$
declare
  t record;
  seen constant text := 'case when (select current_setting(''app.with_archived'', true)) = ''t'' then true ';
  hidden constant text := '<> all ((select door.archived_clients())::uuid[]) end';
begin
  for t in select c.relname, a.attnotnull from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'client_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not in ('audit_records', 'client_erasures', 'change_feed') loop
    execute format('create policy web_hides_archived on public.%I as restrictive for select to app_web using (%s)', t.relname,
      seen || case when t.attnotnull then '' else 'when client_id is null then true ' end || 'else client_id ' || hidden);
  end loop;
  execute 'create policy web_hides_archived on public.clients as restrictive for select to app_web using (' || seen || 'else archived_at is null end)';
  execute 'create policy web_hides_archived on public.proposals as restrictive for select to app_web using (' || seen
    || 'when action = ''client:erase'' then true else not (client_ids && (select door.archived_clients())::uuid[]) end)';
end $$;
--> statement-breakpoint
-- Erasure. The role owns one function and may delete the rows of clients whose erasure is due by the clock of the database, and nothing else.
create schema erasure;
--> statement-breakpoint
grant usage on schema erasure to app_across;
--> statement-breakpoint
grant usage, create on schema erasure to erasure_definer;
--> statement-breakpoint
grant usage on schema public to erasure_definer;
--> statement-breakpoint
create policy erasure_reads on public.client_erasures for select to erasure_definer using (true);
--> statement-breakpoint
grant select on public.client_erasures to erasure_definer;
--> statement-breakpoint
do $$
declare
  t text;
begin
  for t in select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and (c.relname = 'clients' or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'client_id'))
      and c.relname not in ('audit_records', 'client_erasures', 'change_feed') loop
    execute format('create policy erasure_of_due on public.%I for all to erasure_definer using ((msp_id, %I) in (
      select e.msp_id, e.client_id from public.client_erasures e
      where e.cancelled_at is null and e.erased_at is null and e.due_at <= now()))', t, case t when 'clients' then 'id' else 'client_id' end);
    execute format('grant select, delete on public.%I to erasure_definer', t);
  end loop;
end $$;
--> statement-breakpoint
-- Reports and events are append-only, except for the erasure of a whole client.
create or replace function public.refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'DELETE' and tg_table_name in ('device_reports', 'device_events') and current_user = 'erasure_definer' then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
--> statement-breakpoint
set role erasure_definer;
--> statement-breakpoint
-- Deletes the first rows of one table that belong to a client, in a fixed order, and answers how many, and the digest so far: SHA-256 over the
-- digest before and the keys of the rows. What may be deleted is said by row-level security: without a due erasure there is no row.
create function erasure.erase_rows(p_msp uuid, p_client uuid, p_table text, p_limit integer, p_digest text, out erased integer, out digest text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  rel constant regclass := format('public.%I', p_table)::regclass;
  has_devices constant boolean := p_table <> 'device_places' and exists (select from pg_attribute a where a.attrelid = rel and a.attname = 'device_id' and a.attnotnull);
  key_columns text;
  found_rows text;
begin
  select string_agg(format('t.%I', a.attname), ', ' order by k.place) into key_columns
    from pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality as k (number, place)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
    where i.indrelid = rel and i.indisprimary;
  -- What hangs on devices is found by them: few tables have an index by client.
  found_rows := case when has_devices then format('from device_places d cross join lateral (select t.ctid as place, t.device_id as part,
        jsonb_build_array(%1$s)::text as key, row_number() over (order by %1$s) as number from %2$s t
        where t.msp_id = d.msp_id and t.device_id = d.device_id and t.client_id = d.client_id order by %1$s limit $3) f
      where d.msp_id = $1 and d.client_id = $2 order by f.part, f.number limit $3', key_columns, rel)
    else format('from (select t.ctid as place, jsonb_build_array(%1$s)::text as key, row_number() over (order by %1$s) as number from %2$s t
        where t.msp_id = $1 and t.%3$I = $2 order by %1$s limit $3) f order by f.number', key_columns, rel,
      case p_table when 'clients' then 'id' else 'client_id' end) end;
  execute format('with doomed as materialized (select x.*, row_number() over () as turn from (select f.place, f.key %s) x),
      gone as (delete from %s t where t.ctid = any (array(select place from doomed)) returning 1)
    select (select count(*)::int from gone), encode(sha256(convert_to($4 || coalesce(chr(10) || string_agg(key, chr(10) order by turn), ''''), ''UTF8'')), ''hex'')
      from doomed', found_rows, rel)
    into erased, digest using p_msp, p_client, p_limit, p_digest;
  if erased = 0 then digest := p_digest; end if;
end $$;
--> statement-breakpoint
revoke all on function erasure.erase_rows(uuid, uuid, text, integer, text) from public;
--> statement-breakpoint
grant execute on function erasure.erase_rows(uuid, uuid, text, integer, text) to app_across;
--> statement-breakpoint
reset role;
--> statement-breakpoint
revoke create on schema erasure from erasure_definer;
