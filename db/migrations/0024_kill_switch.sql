ALTER TABLE "auth"."totp_factors" DROP COLUMN "confirmed_at";--> statement-breakpoint
ALTER TABLE "msps" ADD COLUMN "changes_stopped_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "msps" ADD COLUMN "changes_stopped_by" text;--> statement-breakpoint
ALTER TABLE "msps" ADD COLUMN "changes_stop_reason" text;--> statement-breakpoint
ALTER TABLE "msps" ADD CONSTRAINT "msps_changes_stop_whole" CHECK (num_nulls(changes_stopped_at, changes_stopped_by, changes_stop_reason) in (0, 3));--> statement-breakpoint
-- The row is walled as before: a person of the MSP stops all its changes, and lets them go on (db/functions/is-stopped.sql).
grant update (changes_stopped_at, changes_stopped_by, changes_stop_reason) on public.msps to app_web;
