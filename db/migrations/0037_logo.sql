ALTER TABLE "report_settings" ADD COLUMN "logo" "bytea";--> statement-breakpoint
ALTER TABLE "report_settings" ADD COLUMN "logo_hash" text;--> statement-breakpoint
grant update (logo, logo_hash) on public.report_settings to app_web;
