CREATE SCHEMA "auth";
--> statement-breakpoint
CREATE TABLE "auth"."sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth"."sign_in_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "auth"."users" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"msp_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"archived_at" timestamp with time zone,
	CONSTRAINT "clients_msp_id_id_pk" PRIMARY KEY("msp_id","id"),
	CONSTRAINT "clients_mspId_slug_unique" UNIQUE("msp_id","slug")
);
--> statement-breakpoint
CREATE TABLE "member_clients" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "member_clients_msp_id_user_id_client_id_pk" PRIMARY KEY("msp_id","user_id","client_id")
);
--> statement-breakpoint
CREATE TABLE "members" (
	"msp_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"has_all_clients" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "members_msp_id_user_id_pk" PRIMARY KEY("msp_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "msps" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "msps_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "sites" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "sites_msp_id_id_pk" PRIMARY KEY("msp_id","id"),
	CONSTRAINT "sites_mspId_clientId_name_unique" UNIQUE("msp_id","client_id","name"),
	CONSTRAINT "sites_mspId_clientId_id_unique" UNIQUE("msp_id","client_id","id")
);
--> statement-breakpoint
CREATE TABLE "client_statuses" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"devices" integer NOT NULL,
	"compliant" integer NOT NULL,
	"reboot_pending" integer NOT NULL,
	"past_due" integer NOT NULL,
	"silent" integer NOT NULL,
	"no_data" integer NOT NULL,
	"failed" integer NOT NULL,
	"refreshed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "client_statuses_msp_id_client_id_pk" PRIMARY KEY("msp_id","client_id")
);
--> statement-breakpoint
CREATE TABLE "device_events" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "device_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"device_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"order_id" uuid,
	"summary" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "device_events_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "device_heartbeats" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	"counter_high" bigint DEFAULT 0 NOT NULL,
	"counter_bits" bigint DEFAULT 0 NOT NULL,
	"facts_hash" text DEFAULT '' NOT NULL,
	"packages_hash" text DEFAULT '' NOT NULL,
	"missing_hash" text DEFAULT '' NOT NULL,
	CONSTRAINT "device_heartbeats_msp_id_device_id_pk" PRIMARY KEY("msp_id","device_id")
);
--> statement-breakpoint
CREATE TABLE "device_inventories" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"facts" jsonb NOT NULL,
	"package_version_ids" integer[] DEFAULT '{}' NOT NULL,
	"waiting" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"trouble" text DEFAULT '' NOT NULL,
	"scanned_at" timestamp with time zone,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "device_inventories_msp_id_device_id_pk" PRIMARY KEY("msp_id","device_id")
);
--> statement-breakpoint
CREATE TABLE "device_reports" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"order_id" uuid NOT NULL,
	"state" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"body" jsonb NOT NULL,
	"signature" text NOT NULL,
	CONSTRAINT "device_reports_msp_id_device_id_seq_pk" PRIMARY KEY("msp_id","device_id","seq")
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"site_id" uuid NOT NULL,
	"host_name" text NOT NULL,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"time_zone" text NOT NULL,
	"os_name" text NOT NULL,
	"public_key" text NOT NULL,
	"machine_id" text NOT NULL,
	"agent_version" text NOT NULL,
	"enrolled_at" timestamp with time zone NOT NULL,
	"retired_at" timestamp with time zone,
	"status" text DEFAULT 'active' NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"is_reboot_pending" boolean DEFAULT false NOT NULL,
	"is_past_due" boolean DEFAULT false NOT NULL,
	"missing_count" integer DEFAULT 0 NOT NULL,
	"failed_count" integer DEFAULT 0 NOT NULL,
	"order_seq" bigint DEFAULT 0 NOT NULL,
	"report_seq" bigint DEFAULT 0 NOT NULL,
	"report_hash" text DEFAULT '0000000000000000000000000000000000000000000000000000000000000000' NOT NULL,
	CONSTRAINT "devices_msp_id_id_pk" PRIMARY KEY("msp_id","id"),
	CONSTRAINT "devices_mspId_clientId_id_unique" UNIQUE("msp_id","client_id","id"),
	CONSTRAINT "devices_mspId_publicKey_unique" UNIQUE("msp_id","public_key")
);
--> statement-breakpoint
CREATE TABLE "enrolment_tokens" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"site_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"uses_left" integer NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "enrolment_tokens_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "package_versions" (
	"msp_id" uuid NOT NULL,
	"id" integer GENERATED ALWAYS AS IDENTITY (sequence name "package_versions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"manager" text NOT NULL,
	"name" text NOT NULL,
	"version" text NOT NULL,
	"architecture" text NOT NULL,
	CONSTRAINT "package_versions_msp_id_id_pk" PRIMARY KEY("msp_id","id"),
	CONSTRAINT "package_versions_mspId_manager_name_version_architecture_unique" UNIQUE("msp_id","manager","name","version","architecture")
);
--> statement-breakpoint
CREATE TABLE "breakers" (
	"msp_id" uuid NOT NULL,
	"patch_id" uuid NOT NULL,
	"failed_devices" integer NOT NULL,
	"device_limit" integer NOT NULL,
	"tripped_at" timestamp with time zone,
	CONSTRAINT "breakers_msp_id_patch_id_pk" PRIMARY KEY("msp_id","patch_id")
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"patch_id" uuid NOT NULL,
	"device_id" uuid,
	"kind" text NOT NULL,
	"defer_until" timestamp with time zone,
	"reason" text NOT NULL,
	"decided_by" text NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	"withdrawn_at" timestamp with time zone,
	CONSTRAINT "decisions_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "device_patches" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"patch_id" uuid NOT NULL,
	"from_version" text,
	"sha256" text,
	"set_key" text NOT NULL,
	"undo_class" text NOT NULL,
	"undo_reason" text NOT NULL,
	"predecessor_sha256" text,
	"found_at" timestamp with time zone NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "device_patches_msp_id_device_id_patch_id_pk" PRIMARY KEY("msp_id","device_id","patch_id")
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"patch_id" uuid NOT NULL,
	"source" text NOT NULL,
	"reason" text NOT NULL,
	"rollout_id" uuid,
	"set_by" text NOT NULL,
	"set_at" timestamp with time zone NOT NULL,
	"lifted_at" timestamp with time zone,
	"lifted_by" text,
	"lift_reason" text,
	CONSTRAINT "holds_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "patches" (
	"msp_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"manager" text NOT NULL,
	"name" text NOT NULL,
	"version" text NOT NULL,
	"architecture" text NOT NULL,
	"classification" text NOT NULL,
	"severity" text NOT NULL,
	"source" text NOT NULL,
	"size_bytes" bigint,
	"released_at" timestamp with time zone,
	"first_seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "patches_msp_id_id_pk" PRIMARY KEY("msp_id","id"),
	CONSTRAINT "patches_mspId_manager_name_version_architecture_unique" UNIQUE("msp_id","manager","name","version","architecture")
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"version" integer NOT NULL,
	"document" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "policies_msp_id_id_pk" PRIMARY KEY("msp_id","id"),
	CONSTRAINT "policies_mspId_clientId_version_unique" UNIQUE NULLS NOT DISTINCT("msp_id","client_id","version")
);
--> statement-breakpoint
CREATE TABLE "plan_items" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"rollout_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"patch_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"package_name" text NOT NULL,
	"set_key" text NOT NULL,
	"from_version" text,
	"to_version" text NOT NULL,
	"architecture" text NOT NULL,
	"sha256" text,
	"predecessor_sha256" text,
	"undo_class" text NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"is_claimed" boolean DEFAULT true NOT NULL,
	"is_failure_counted" boolean DEFAULT false NOT NULL,
	"is_proof_counted" boolean DEFAULT false NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"state_at" timestamp with time zone NOT NULL,
	CONSTRAINT "plan_items_msp_id_rollout_id_device_id_patch_id_pk" PRIMARY KEY("msp_id","rollout_id","device_id","patch_id")
);
--> statement-breakpoint
CREATE TABLE "ring_patches" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"rollout_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"patch_id" uuid NOT NULL,
	"due" integer NOT NULL,
	"proved" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"proved_needed" integer NOT NULL,
	"failure_limit" integer NOT NULL,
	"verdict" text NOT NULL,
	"verdict_reason" text DEFAULT '' NOT NULL,
	"verdict_at" timestamp with time zone,
	"soak_started_at" timestamp with time zone,
	"soak_ends_at" timestamp with time zone,
	"is_confirmed" boolean DEFAULT false NOT NULL,
	"is_stopped" boolean DEFAULT false NOT NULL,
	CONSTRAINT "ring_patches_msp_id_rollout_id_position_patch_id_pk" PRIMARY KEY("msp_id","rollout_id","position","patch_id")
);
--> statement-breakpoint
CREATE TABLE "ring_windows" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"rollout_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"time_zone" text NOT NULL,
	"opens_at" timestamp with time zone NOT NULL,
	"closes_at" timestamp with time zone NOT NULL,
	"last_start_at" timestamp with time zone NOT NULL,
	CONSTRAINT "ring_windows_msp_id_rollout_id_position_time_zone_opens_at_pk" PRIMARY KEY("msp_id","rollout_id","position","time_zone","opens_at")
);
--> statement-breakpoint
CREATE TABLE "rollout_rings" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"rollout_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"device_count" integer NOT NULL,
	"state" text NOT NULL,
	"concurrency" integer,
	"not_before" timestamp with time zone NOT NULL,
	"opened_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"deadline_at" timestamp with time zone,
	"is_promoted" boolean DEFAULT false NOT NULL,
	"is_dirty" boolean DEFAULT false NOT NULL,
	CONSTRAINT "rollout_rings_msp_id_rollout_id_position_pk" PRIMARY KEY("msp_id","rollout_id","position")
);
--> statement-breakpoint
CREATE TABLE "rollouts" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"number" integer NOT NULL,
	"title" text NOT NULL,
	"policy_version" text NOT NULL,
	"policy" jsonb NOT NULL,
	"state" text NOT NULL,
	"started_by" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"is_stopped" boolean DEFAULT false NOT NULL,
	"stopped_at" timestamp with time zone,
	"stopped_by" text,
	"stop_reason" text,
	"control_epoch" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "rollouts_msp_id_id_pk" PRIMARY KEY("msp_id","id"),
	CONSTRAINT "rollouts_mspId_clientId_id_unique" UNIQUE("msp_id","client_id","id"),
	CONSTRAINT "rollouts_mspId_number_unique" UNIQUE("msp_id","number")
);
--> statement-breakpoint
CREATE TABLE "work_orders" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"device_id" uuid NOT NULL,
	"rollout_id" uuid,
	"position" integer,
	"verb" text NOT NULL,
	"attempt" integer NOT NULL,
	"patch_ids" uuid[] DEFAULT '{}' NOT NULL,
	"body" jsonb NOT NULL,
	"seq" bigint,
	"envelope" jsonb,
	"state" text DEFAULT 'unsigned' NOT NULL,
	"device_state" text,
	"supersedes" uuid[] DEFAULT '{}' NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"window_open_until" timestamp with time zone,
	"lease_until" timestamp with time zone,
	"permitted_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "work_orders_msp_id_id_pk" PRIMARY KEY("msp_id","id"),
	CONSTRAINT "work_orders_mspId_rolloutId_deviceId_verb_attempt_unique" UNIQUE("msp_id","rollout_id","device_id","verb","attempt")
);
--> statement-breakpoint
CREATE TABLE "audit_records" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "audit_records_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"subject_name" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"changes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "audit_records_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "change_feed" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "change_feed_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"topic" text NOT NULL,
	"subject_id" uuid,
	CONSTRAINT "change_feed_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"msp_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"stream" uuid NOT NULL,
	"kind" text NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	CONSTRAINT "outbox_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"key_id" text PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"retired_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "worker_beats" (
	"name" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "auth"."sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."sign_in_links" ADD CONSTRAINT "sign_in_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clients" ADD CONSTRAINT "clients_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_clients" ADD CONSTRAINT "member_clients_msp_id_user_id_members_msp_id_user_id_fk" FOREIGN KEY ("msp_id","user_id") REFERENCES "public"."members"("msp_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_clients" ADD CONSTRAINT "member_clients_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sites" ADD CONSTRAINT "sites_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_statuses" ADD CONSTRAINT "client_statuses_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_events" ADD CONSTRAINT "device_events_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."devices"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_heartbeats" ADD CONSTRAINT "device_heartbeats_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."devices"("msp_id","client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_inventories" ADD CONSTRAINT "device_inventories_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."devices"("msp_id","client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_reports" ADD CONSTRAINT "device_reports_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."devices"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_msp_id_client_id_site_id_sites_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","site_id") REFERENCES "public"."sites"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enrolment_tokens" ADD CONSTRAINT "enrolment_tokens_msp_id_client_id_site_id_sites_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","site_id") REFERENCES "public"."sites"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "breakers" ADD CONSTRAINT "breakers_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."devices"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_patches" ADD CONSTRAINT "device_patches_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."devices"("msp_id","client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_patches" ADD CONSTRAINT "device_patches_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "policies" ADD CONSTRAINT "policies_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_items" ADD CONSTRAINT "plan_items_msp_id_client_id_rollout_id_rollouts_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","rollout_id") REFERENCES "public"."rollouts"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_items" ADD CONSTRAINT "plan_items_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."devices"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_items" ADD CONSTRAINT "plan_items_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ring_patches" ADD CONSTRAINT "ring_patches_msp_id_rollout_id_position_rollout_rings_msp_id_rollout_id_position_fk" FOREIGN KEY ("msp_id","rollout_id","position") REFERENCES "public"."rollout_rings"("msp_id","rollout_id","position") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ring_patches" ADD CONSTRAINT "ring_patches_msp_id_client_id_rollout_id_rollouts_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","rollout_id") REFERENCES "public"."rollouts"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ring_patches" ADD CONSTRAINT "ring_patches_msp_id_patch_id_patches_msp_id_id_fk" FOREIGN KEY ("msp_id","patch_id") REFERENCES "public"."patches"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ring_windows" ADD CONSTRAINT "ring_windows_msp_id_rollout_id_position_rollout_rings_msp_id_rollout_id_position_fk" FOREIGN KEY ("msp_id","rollout_id","position") REFERENCES "public"."rollout_rings"("msp_id","rollout_id","position") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ring_windows" ADD CONSTRAINT "ring_windows_msp_id_client_id_rollout_id_rollouts_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","rollout_id") REFERENCES "public"."rollouts"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollout_rings" ADD CONSTRAINT "rollout_rings_msp_id_client_id_rollout_id_rollouts_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","rollout_id") REFERENCES "public"."rollouts"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollouts" ADD CONSTRAINT "rollouts_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_orders" ADD CONSTRAINT "work_orders_msp_id_client_id_device_id_devices_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","device_id") REFERENCES "public"."devices"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "work_orders" ADD CONSTRAINT "work_orders_msp_id_client_id_rollout_id_rollouts_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","rollout_id") REFERENCES "public"."rollouts"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_records" ADD CONSTRAINT "audit_records_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "change_feed" ADD CONSTRAINT "change_feed_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sessions_user" ON "auth"."sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "members_user" ON "members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "device_events_device" ON "device_events" USING btree ("msp_id","device_id","at");--> statement-breakpoint
CREATE INDEX "device_heartbeats_device" ON "device_heartbeats" USING btree ("device_id");--> statement-breakpoint
CREATE INDEX "device_reports_order" ON "device_reports" USING btree ("msp_id","order_id");--> statement-breakpoint
CREATE INDEX "devices_page" ON "devices" USING btree ("msp_id","host_name","id");--> statement-breakpoint
CREATE INDEX "devices_client_page" ON "devices" USING btree ("msp_id","client_id","host_name","id");--> statement-breakpoint
CREATE INDEX "devices_by_id" ON "devices" USING btree ("id");--> statement-breakpoint
CREATE INDEX "enrolment_tokens_hash" ON "enrolment_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "decisions_patch" ON "decisions" USING btree ("msp_id","patch_id");--> statement-breakpoint
CREATE INDEX "device_patches_patch" ON "device_patches" USING btree ("msp_id","patch_id","client_id");--> statement-breakpoint
CREATE INDEX "device_patches_client" ON "device_patches" USING btree ("msp_id","client_id","device_id");--> statement-breakpoint
CREATE INDEX "holds_patch" ON "holds" USING btree ("msp_id","patch_id");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_items_claim" ON "plan_items" USING btree ("msp_id","device_id","package_name") WHERE is_claimed;--> statement-breakpoint
CREATE INDEX "plan_items_ring" ON "plan_items" USING btree ("msp_id","rollout_id","position","patch_id");--> statement-breakpoint
CREATE INDEX "rollout_rings_dirty" ON "rollout_rings" USING btree ("msp_id","rollout_id") WHERE is_dirty;--> statement-breakpoint
CREATE INDEX "rollouts_client" ON "rollouts" USING btree ("msp_id","client_id","started_at");--> statement-breakpoint
CREATE INDEX "work_orders_device_live" ON "work_orders" USING btree ("device_id") WHERE state in ('unsigned', 'ready', 'open');--> statement-breakpoint
CREATE INDEX "work_orders_unsigned" ON "work_orders" USING btree ("created_at") WHERE state = 'unsigned';--> statement-breakpoint
CREATE INDEX "work_orders_ring" ON "work_orders" USING btree ("msp_id","rollout_id","position");--> statement-breakpoint
CREATE INDEX "audit_records_page" ON "audit_records" USING btree ("msp_id","at","id");