CREATE UNIQUE INDEX "report_corrections_open_month" ON "report_corrections" USING btree ("msp_id","client_id","month") WHERE done_at is null;--> statement-breakpoint
-- An exception lasts to the end of a day where its client lives: who changes the zone changes the moment.
grant update (expires_at) on public.exceptions to app_web;
