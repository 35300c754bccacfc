CREATE TABLE "client_patch_counts" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"patch_id" uuid NOT NULL,
	"kept" integer NOT NULL,
	"fetchable" integer NOT NULL,
	"snapshot" integer NOT NULL,
	"none" integer NOT NULL,
	CONSTRAINT "client_patch_counts_msp_id_client_id_patch_id_pk" PRIMARY KEY("msp_id","client_id","patch_id")
);
--> statement-breakpoint
ALTER TABLE "client_statuses" ADD COLUMN "patches_counted_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "client_patch_counts" ADD CONSTRAINT "client_patch_counts_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_patch_counts" ADD CONSTRAINT "client_patch_counts_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "devices_tagged" ON "devices" USING btree ("msp_id","client_id") WHERE tags <> '{}' and retired_at is null;--> statement-breakpoint
CREATE INDEX "plan_items_troubled" ON "plan_items" USING btree ("msp_id","rollout_id","position","patch_id") WHERE is_failure_counted or state in ('failed', 'rolling-back', 'rolled-back', 'rollback-failed');--> statement-breakpoint
CREATE INDEX "rollouts_page" ON "rollouts" USING btree ("msp_id","started_at","id");--> statement-breakpoint
CREATE INDEX "rollouts_running" ON "rollouts" USING btree ("msp_id","started_at") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "audit_records_rollout" ON "audit_records" USING btree ("msp_id","subject_id","at") WHERE subject_kind = 'rollout';--> statement-breakpoint
CREATE INDEX "audit_records_client" ON "audit_records" USING btree ("msp_id","client_id","id") WHERE client_id is not null;--> statement-breakpoint
alter table public.client_patch_counts enable row level security;
--> statement-breakpoint
alter table public.client_patch_counts force row level security;
--> statement-breakpoint
-- As 0001: a CASE for the all-clients branch, settings in sub-selects with nullif. Pages read it, the fleet sweep alone writes it.
create policy tenant_select on public.client_patch_counts for select to app_web, app_worker using (
  msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    else client_id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end);
--> statement-breakpoint
create policy tenant_insert on public.client_patch_counts for insert to app_web, app_worker with check (
  msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    else client_id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end);
--> statement-breakpoint
create policy tenant_update on public.client_patch_counts for update to app_web, app_worker using (
  msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    else client_id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end) with check (
  msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    else client_id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end);
--> statement-breakpoint
create policy tenant_delete on public.client_patch_counts for delete to app_web, app_worker using (
  msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    else client_id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end);
--> statement-breakpoint
grant select on public.client_patch_counts to app_web, app_worker;
--> statement-breakpoint
create policy across_all on public.client_patch_counts for all to app_across using (true) with check (true);
--> statement-breakpoint
grant select, insert, update, delete on public.client_patch_counts to app_across;
