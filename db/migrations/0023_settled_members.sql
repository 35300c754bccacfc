ALTER TABLE "members" ADD COLUMN "may_confirm_from" timestamp with time zone DEFAULT now() + interval '1 day' NOT NULL;--> statement-breakpoint
ALTER TABLE "msps" ADD COLUMN "second_person_until" timestamp with time zone;--> statement-breakpoint
-- Who is here already was seen by the others.
update public.members set may_confirm_from = created_at;
--> statement-breakpoint
grant update (may_confirm_from) on public.members to app_web;
--> statement-breakpoint
grant update (second_person_until) on public.msps to app_web;
