ALTER TABLE "ring_patches" ADD COLUMN "roll_back_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "rollout_rings" ADD COLUMN "watch_ms" bigint DEFAULT 0 NOT NULL;