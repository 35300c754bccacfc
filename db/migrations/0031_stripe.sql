-- The MSP pays by Stripe: what Stripe says of it, what its meter was told, and the events that were heard of.
CREATE TABLE "invoices" (
	"msp_id" uuid NOT NULL,
	"invoice_id" text NOT NULL,
	"number" text,
	"status" text NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"cents" integer NOT NULL,
	"currency" text NOT NULL,
	"url" text,
	CONSTRAINT "invoices_msp_id_invoice_id_pk" PRIMARY KEY("msp_id","invoice_id")
);
--> statement-breakpoint
CREATE TABLE "meter_checks" (
	"msp_id" uuid NOT NULL,
	"month" text NOT NULL,
	"ledger_devices" integer NOT NULL,
	"meter_devices" integer NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "meter_checks_msp_id_month_pk" PRIMARY KEY("msp_id","month")
);
--> statement-breakpoint
CREATE TABLE "meter_sendings" (
	"msp_id" uuid NOT NULL,
	"day" date NOT NULL,
	"devices" integer NOT NULL,
	"sent_at" timestamp with time zone NOT NULL,
	CONSTRAINT "meter_sendings_msp_id_day_pk" PRIMARY KEY("msp_id","day")
);
--> statement-breakpoint
CREATE TABLE "stripe_events" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"customer_id" text,
	"created_at" timestamp with time zone NOT NULL,
	"heard_at" timestamp with time zone NOT NULL,
	"applied_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"msp_id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"subscription_id" text,
	"status" text,
	"past_due_since" timestamp with time zone,
	"cancel_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"followed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "subscriptions_msp_id_pk" PRIMARY KEY("msp_id")
);
--> statement-breakpoint
ALTER TABLE "msps" ADD COLUMN "trial_ends_at" timestamp with time zone DEFAULT now() + interval '30 days' NOT NULL;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter_checks" ADD CONSTRAINT "meter_checks_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter_sendings" ADD CONSTRAINT "meter_sendings_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "stripe_events_waiting" ON "stripe_events" USING btree ("heard_at") WHERE applied_at is null;--> statement-breakpoint
CREATE INDEX "subscriptions_customer" ON "subscriptions" USING btree ("customer_id");
--> statement-breakpoint
-- Row-level security: enabled, forced, a policy for each command, as in 0001. Whether the company may change anything is asked for everybody's
-- verbs, so the subscription is for all its people; money is for who sees all clients. None of it holds a word of a client.
do $$
declare
  t text;
  command text;
  rule text;
  msp constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)';
  sees_all constant text := '(select current_setting(''app.all_clients'', true)) = ''t''';
begin
  foreach t in array array['subscriptions', 'invoices', 'meter_sendings', 'meter_checks'] loop
    rule := case t when 'subscriptions' then msp else msp || ' and ' || sees_all end;
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    foreach command in array array['select', 'insert', 'update', 'delete'] loop
      execute format('create policy tenant_%s on public.%I for %s to app_web, app_worker %s %s', command, t, command,
        case when command = 'insert' then '' else 'using (' || rule || ')' end,
        case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
    end loop;
    execute format('grant select on public.%I to app_web', t);
    execute format('grant select, insert, update on public.%I to app_worker', t);
  end loop;
end $$;
--> statement-breakpoint
-- Checkout, cancelling and reactivating are a person's; whose customer an event is about, and who is paid for, a job asks.
grant insert, update on public.subscriptions to app_web;
--> statement-breakpoint
create policy across_reads on public.subscriptions for select to app_across using (true);
--> statement-breakpoint
grant select on public.subscriptions to app_across;
--> statement-breakpoint
-- The bill is reckoned where its meter is told.
grant select on public.usage_daily_totals to app_worker;
--> statement-breakpoint
-- The webhook writes that it heard of an event, and reads none.
grant insert on public.stripe_events to app_web;
--> statement-breakpoint
grant select, insert, update (applied_at) on public.stripe_events to app_across;
