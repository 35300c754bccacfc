-- A session that says nothing of its stage is refused, not a full one.
ALTER TABLE "auth"."sessions" ALTER COLUMN "stage" DROP DEFAULT;--> statement-breakpoint
-- Numbers of package versions come from one sequence for all MSPs: as integers a flood could have used them up for everybody. This writes
-- both tables anew and keeps door and console out meanwhile: measured, half a minute for 25,000 devices of 500 packages on two busy cores.
ALTER TABLE "package_versions" ALTER COLUMN "id" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "package_versions" ALTER COLUMN "id" SET MAXVALUE 9223372036854775807;--> statement-breakpoint
ALTER TABLE "device_inventories" ADD COLUMN "new_packages" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "device_inventories" ADD COLUMN "new_packages_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "device_inventories" ALTER COLUMN "package_version_ids" SET DATA TYPE bigint[];--> statement-breakpoint
ALTER TABLE "device_inventories" ALTER COLUMN "package_version_ids" SET DEFAULT '{}';--> statement-breakpoint
-- The schema of temporary tables is searched first for tables, unless it is named: whoever may make one, and call a function that runs with its
-- owner's rights, could lay a table of their own in its way. It is named last in each function of ours, whichever migration made it.
-- (What can be made there is taken from every login too, as the owner of the database: db/roles.ts.)
do $$
declare
  found record;
begin
  for found in select p.oid::regprocedure as name, p.proowner::regrole as owner, substr(c.setting, length('search_path=') + 1) as path
      from pg_proc p cross join lateral unnest(p.proconfig) as c (setting)
      where p.pronamespace in (select oid from pg_namespace where nspname in ('public', 'auth', 'door', 'erasure'))
        and c.setting like 'search\_path=%' and c.setting not like '%pg\_temp' order by 1 loop
    execute format('set role %s', found.owner);
    execute format('alter function %s set search_path = %s, pg_temp', found.name, found.path);
    reset role;
  end loop;
end $$;
