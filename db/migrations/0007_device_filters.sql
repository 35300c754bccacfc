CREATE INDEX "devices_failed" ON "devices" USING btree ("msp_id","host_name","id") WHERE failed_count > 0 and retired_at is null;--> statement-breakpoint
CREATE INDEX "devices_reboot" ON "devices" USING btree ("msp_id","host_name","id") WHERE is_reboot_pending and retired_at is null;--> statement-breakpoint
CREATE INDEX "devices_past_due" ON "devices" USING btree ("msp_id","host_name","id") WHERE is_past_due and retired_at is null;--> statement-breakpoint
CREATE INDEX "devices_away" ON "devices" USING btree ("msp_id","status","host_name","id") WHERE status <> 'active' and retired_at is null;