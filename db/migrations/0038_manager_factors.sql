ALTER TABLE "auth"."sessions" ADD COLUMN "has_one_factor" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "msps" ADD COLUMN "managers_need_factor" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "auth"."sessions" ADD CONSTRAINT "sessions_one_factor" CHECK (stage = 'full' or not has_one_factor);
--> statement-breakpoint
-- Only an owner sets it, and only the verb does.
grant update (managers_need_factor) on public.msps to app_web;
