CREATE INDEX "plan_items_device" ON "plan_items" USING btree ("msp_id","device_id","patch_id");--> statement-breakpoint
-- door.recount_failed is the one writer now.
revoke update (failed_count) on public.devices from app_web;
