ALTER TABLE "msps" ADD COLUMN "last_rollout_number" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
grant update (last_rollout_number) on public.msps to app_web, app_worker;
