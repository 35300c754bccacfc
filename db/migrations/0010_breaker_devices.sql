ALTER TABLE "breakers" ADD COLUMN "failed_device_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "work_orders" ADD COLUMN "leases" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "work_orders" ADD COLUMN "unread_reason" text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX "plan_items_staged" ON "plan_items" USING btree ("msp_id","rollout_id","position") WHERE state = 'staged';--> statement-breakpoint
CREATE INDEX "plan_items_proved" ON "plan_items" USING btree ("msp_id","rollout_id","position","patch_id") WHERE state = 'proved';--> statement-breakpoint
CREATE INDEX "work_orders_waiting" ON "work_orders" USING btree ("msp_id","rollout_id","position") WHERE state in ('unsigned', 'ready') and verb = 'install';--> statement-breakpoint
CREATE INDEX "ring_patches_back" ON "ring_patches" USING btree ("msp_id","rollout_id","position") WHERE roll_back_at is not null;--> statement-breakpoint
CREATE INDEX "ring_patches_patch" ON "ring_patches" USING btree ("msp_id","patch_id");--> statement-breakpoint
CREATE INDEX "outbox_unsent" ON "outbox" USING btree ("msp_id","stream","id") WHERE sent_at is null;
--> statement-breakpoint
-- A new MSP has no tenant to run in yet; its audit record is written in the transaction that makes it.
create policy across_insert on public.audit_records for insert to app_across with check (true);
--> statement-breakpoint
grant insert on public.audit_records to app_across;
--> statement-breakpoint
set role door_definer;
--> statement-breakpoint
-- A device that failed in two rollouts was counted twice. The owner sees no row of a tenant; the owner of the functions does.
update breakers b set failed_device_ids = k.ids, failed_devices = cardinality(k.ids)
  from (select i.msp_id, i.patch_id, array_agg(distinct i.device_id) as ids from plan_items i where i.is_failure_counted group by 1, 2) k
  where k.msp_id = b.msp_id and k.patch_id = b.patch_id and b.failed_devices > 0;
--> statement-breakpoint
reset role;
