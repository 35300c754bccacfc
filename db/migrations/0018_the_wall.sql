CREATE TABLE "auth"."identities" (
	"provider" text NOT NULL,
	"subject" text NOT NULL,
	"user_id" uuid NOT NULL,
	"tenant" text NOT NULL,
	"label" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "identities_provider_subject_pk" PRIMARY KEY("provider","subject")
);
--> statement-breakpoint
CREATE TABLE "auth"."passkey_challenges" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"challenge" text NOT NULL,
	"purpose" text NOT NULL,
	"user_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth"."passkeys" (
	"credential_id" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"public_key" text NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"name" text NOT NULL,
	"is_backed_up" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "auth"."passwords" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth"."rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "auth"."recovery_codes" (
	"user_id" uuid NOT NULL,
	"code_hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "recovery_codes_user_id_code_hash_pk" PRIMARY KEY("user_id","code_hash")
);
--> statement-breakpoint
CREATE TABLE "auth"."totp_factors" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"sealed_seed" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"confirmed_at" timestamp with time zone,
	"last_step" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"msp_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"key_hash" text NOT NULL,
	"actions" text[] NOT NULL,
	"client_ids" uuid[],
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"revoked_by" text,
	CONSTRAINT "api_keys_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "identity_tenants" (
	"msp_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"tenant" text NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	"added_by" uuid NOT NULL,
	CONSTRAINT "identity_tenants_msp_id_provider_tenant_pk" PRIMARY KEY("msp_id","provider","tenant")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"msp_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"has_all_clients" boolean NOT NULL,
	"client_ids" uuid[] DEFAULT '{}' NOT NULL,
	"token_hash" text NOT NULL,
	"invited_by" uuid NOT NULL,
	"invited_by_name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"accepted_at" timestamp with time zone,
	"accepted_by" uuid,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "invitations_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "audit_heads" (
	"msp_id" uuid NOT NULL,
	"day" text NOT NULL,
	"position" bigint NOT NULL,
	"hash" text NOT NULL,
	"key_id" text NOT NULL,
	"signature" text NOT NULL,
	"signed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "audit_heads_msp_id_day_pk" PRIMARY KEY("msp_id","day")
);
--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"msp_id" uuid NOT NULL,
	"position" bigint NOT NULL,
	"record_id" bigint NOT NULL,
	"hash" text NOT NULL,
	"sealed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "audit_seals_msp_id_position_pk" PRIMARY KEY("msp_id","position"),
	CONSTRAINT "audit_seals_mspId_recordId_unique" UNIQUE("msp_id","record_id")
);
--> statement-breakpoint
CREATE TABLE "audit_unsealed" (
	"msp_id" uuid NOT NULL,
	"record_id" bigint NOT NULL,
	CONSTRAINT "audit_unsealed_msp_id_record_id_pk" PRIMARY KEY("msp_id","record_id")
);
--> statement-breakpoint
CREATE TABLE "proposals" (
	"msp_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"action" text NOT NULL,
	"input" jsonb NOT NULL,
	"title" text NOT NULL,
	"reach" jsonb NOT NULL,
	"device_count" integer NOT NULL,
	"client_ids" uuid[] NOT NULL,
	"reason" text NOT NULL,
	"proposed_by" uuid NOT NULL,
	"proposed_by_name" text NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"decision" text,
	"decided_by" uuid,
	"decided_by_name" text,
	"decided_at" timestamp with time zone,
	"decision_reason" text DEFAULT '' NOT NULL,
	CONSTRAINT "proposals_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
ALTER TABLE "auth"."sessions" ADD COLUMN "stage" text DEFAULT 'full' NOT NULL;--> statement-breakpoint
ALTER TABLE "auth"."sessions" ADD COLUMN "method" text DEFAULT 'link' NOT NULL;--> statement-breakpoint
ALTER TABLE "auth"."sessions" ADD COLUMN "proved_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "auth"."sessions" ADD COLUMN "identity_provider" text;--> statement-breakpoint
ALTER TABLE "auth"."sessions" ADD COLUMN "identity_tenant" text;--> statement-breakpoint
ALTER TABLE "auth"."sessions" ADD COLUMN "may_reset_password" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "auth"."sessions" ADD COLUMN "address" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "auth"."sessions" ADD COLUMN "user_agent" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "auth"."sign_in_links" ADD COLUMN "purpose" text DEFAULT 'console' NOT NULL;--> statement-breakpoint
ALTER TABLE "members" ADD COLUMN "suspended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "msps" ADD COLUMN "second_person_devices" integer DEFAULT 50 NOT NULL;--> statement-breakpoint
ALTER TABLE "msps" ADD COLUMN "devices_per_hour" integer DEFAULT 500 NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_records" ADD COLUMN "outcome" text DEFAULT 'done' NOT NULL;--> statement-breakpoint
ALTER TABLE "auth"."identities" ADD CONSTRAINT "identities_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."passkey_challenges" ADD CONSTRAINT "passkey_challenges_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."passkeys" ADD CONSTRAINT "passkeys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."passwords" ADD CONSTRAINT "passwords_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth"."totp_factors" ADD CONSTRAINT "totp_factors_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_msp_id_user_id_members_msp_id_user_id_fk" FOREIGN KEY ("msp_id","user_id") REFERENCES "public"."members"("msp_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_tenants" ADD CONSTRAINT "identity_tenants_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_heads" ADD CONSTRAINT "audit_heads_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_seals" ADD CONSTRAINT "audit_seals_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_unsealed" ADD CONSTRAINT "audit_unsealed_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposals" ADD CONSTRAINT "proposals_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "identities_user" ON "auth"."identities" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "passkeys_user" ON "auth"."passkeys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "api_keys_prefix" ON "api_keys" USING btree ("prefix");--> statement-breakpoint
CREATE INDEX "invitations_token" ON "invitations" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "proposals_open" ON "proposals" USING btree ("msp_id","expires_at") WHERE decision is null;--> statement-breakpoint
CREATE INDEX "work_orders_permitted" ON "work_orders" USING btree ("msp_id","permitted_at") WHERE verb = 'install' and permitted_at is not null;
--> statement-breakpoint
-- What was recorded before there was a chain is sealed first. For a moment the owner may see the rows.
alter table public.audit_records no force row level security;
--> statement-breakpoint
insert into public.audit_unsealed (msp_id, record_id) select msp_id, id from public.audit_records;
--> statement-breakpoint
alter table public.audit_records force row level security;
--> statement-breakpoint
-- Row-level security of the new tables: enabled, forced, a policy for each command, as in 0001.
do $$
declare
  t text;
  command text;
  msp constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)';
  -- A proposal is seen by those who may see each client that it reaches.
  reached constant text := msp || ' and case when (select current_setting(''app.all_clients'', true)) = ''t'' then true
    else client_ids <@ (select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[] end';
  rule text;
begin
  foreach t in array array['invitations', 'identity_tenants', 'api_keys', 'proposals', 'audit_unsealed', 'audit_seals', 'audit_heads'] loop
    rule := case t when 'proposals' then reached else msp end;
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    foreach command in array array['select', 'insert', 'update', 'delete'] loop
      execute format('create policy tenant_%s on public.%I for %s to app_web, app_worker %s %s', command, t, command,
        case when command = 'insert' then '' else 'using (' || rule || ')' end,
        case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
    end loop;
  end loop;
end $$;
--> statement-breakpoint
grant select, insert, update (token_hash, sent_at, expires_at, accepted_at, accepted_by, revoked_at) on public.invitations to app_web;
--> statement-breakpoint
grant select, insert, delete on public.identity_tenants to app_web;
--> statement-breakpoint
grant select, insert, update (revoked_at, revoked_by) on public.api_keys to app_web;
--> statement-breakpoint
grant select, insert, update (decision, decided_by, decided_by_name, decided_at, decision_reason) on public.proposals to app_web;
--> statement-breakpoint
grant update (role, has_all_clients, suspended_at), delete on public.members to app_web;
--> statement-breakpoint
grant delete on public.member_clients to app_web;
--> statement-breakpoint
grant update (second_person_devices, devices_per_hour) on public.msps to app_web;
--> statement-breakpoint
-- Sign-in: what the new ways in need. Of tenant tables it reads what says who may come in, and notes when a key was used.
grant select, insert, update, delete on auth.passwords, auth.totp_factors, auth.recovery_codes, auth.passkeys, auth.passkey_challenges,
  auth.identities, auth.rate_limits to app_auth;
--> statement-breakpoint
create policy auth_reads on public.invitations for select to app_auth using (true);
--> statement-breakpoint
create policy auth_reads on public.identity_tenants for select to app_auth using (true);
--> statement-breakpoint
create policy auth_reads on public.api_keys for select to app_auth using (true);
--> statement-breakpoint
create policy auth_notes on public.api_keys for update to app_auth using (true) with check (true);
--> statement-breakpoint
grant select on public.invitations, public.identity_tenants, public.api_keys to app_auth;
--> statement-breakpoint
grant update (last_used_at) on public.api_keys to app_auth;
--> statement-breakpoint
-- Sign-in writes into the log of an MSP only about a member of it, and only about themselves.
create policy auth_tells on public.audit_records for insert to app_auth with check (
  client_id is null and actor_kind = 'person' and subject_kind = 'member' and subject_id = actor_id
  and exists (select from public.members m where m.msp_id = audit_records.msp_id and m.user_id::text = audit_records.actor_id));
--> statement-breakpoint
grant insert on public.audit_records to app_auth;
--> statement-breakpoint
-- The audit chain: each record goes onto the list of what is to be sealed, in its own transaction, whoever writes it.
create function public.await_seal() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  insert into public.audit_unsealed (msp_id, record_id) values (new.msp_id, new.id);
  return null;
end $$;
--> statement-breakpoint
create trigger await_seal after insert on public.audit_records for each row execute function public.await_seal();
--> statement-breakpoint
create policy auth_tells on public.audit_unsealed for insert to app_auth with check (true);
--> statement-breakpoint
grant insert on public.audit_unsealed to app_web, app_worker, app_auth;
--> statement-breakpoint
do $$
declare
  t text;
begin
  foreach t in array array['audit_unsealed', 'audit_seals', 'audit_heads'] loop
    execute format('create policy across_all on public.%I for all to app_across using (true) with check (true)', t);
  end loop;
end $$;
--> statement-breakpoint
grant select, insert, delete on public.audit_unsealed to app_across;
--> statement-breakpoint
grant select, insert on public.audit_seals, public.audit_heads to app_across;
--> statement-breakpoint
create policy across_reads on public.audit_records for select to app_across using (true);
--> statement-breakpoint
grant select on public.audit_records to app_across;
--> statement-breakpoint
grant select on public.audit_seals, public.audit_heads, public.audit_unsealed to app_web;
--> statement-breakpoint
create trigger append_only before update or delete on public.audit_seals for each row execute function public.refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete on public.audit_heads for each row execute function public.refuse_change();
