CREATE TABLE "report_corrections" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"month" text NOT NULL,
	"reason" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"asked_by" text NOT NULL,
	"done_at" timestamp with time zone,
	"fault" text DEFAULT '' NOT NULL,
	CONSTRAINT "report_corrections_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "report_mails" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"sending_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"asked_by" text NOT NULL,
	"state" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone NOT NULL,
	"fault" text DEFAULT '' NOT NULL,
	"sent_at" timestamp with time zone,
	CONSTRAINT "report_mails_msp_id_id_pk" PRIMARY KEY("msp_id","id")
);
--> statement-breakpoint
CREATE TABLE "report_sendings" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"report_id" uuid NOT NULL,
	"note" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"asked_by" text NOT NULL,
	"pdf" "bytea",
	"opened_at" timestamp with time zone,
	CONSTRAINT "report_sendings_msp_id_id_pk" PRIMARY KEY("msp_id","id"),
	CONSTRAINT "report_sendings_mspId_reportId_unique" UNIQUE("msp_id","report_id"),
	CONSTRAINT "report_sendings_mspId_clientId_id_unique" UNIQUE("msp_id","client_id","id"),
	CONSTRAINT "report_sendings_opened" CHECK (num_nulls(pdf, opened_at) in (0, 2))
);
--> statement-breakpoint
CREATE TABLE "report_settings" (
	"msp_id" uuid NOT NULL,
	"send_after_days" integer,
	"accent" text,
	"sends_since" timestamp with time zone NOT NULL,
	CONSTRAINT "report_settings_msp_id_pk" PRIMARY KEY("msp_id"),
	CONSTRAINT "report_settings_days" CHECK (send_after_days between 0 and 60)
);
--> statement-breakpoint
ALTER TABLE "report_corrections" ADD CONSTRAINT "report_corrections_msp_id_client_id_clients_msp_id_id_fk" FOREIGN KEY ("msp_id","client_id") REFERENCES "public"."clients"("msp_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_mails" ADD CONSTRAINT "report_mails_msp_id_client_id_sending_id_report_sendings_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","sending_id") REFERENCES "public"."report_sendings"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_sendings" ADD CONSTRAINT "report_sendings_msp_id_client_id_report_id_reports_msp_id_client_id_id_fk" FOREIGN KEY ("msp_id","client_id","report_id") REFERENCES "public"."reports"("msp_id","client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_settings" ADD CONSTRAINT "report_settings_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "report_corrections_of_month" ON "report_corrections" USING btree ("msp_id","client_id","month");--> statement-breakpoint
CREATE INDEX "report_corrections_open" ON "report_corrections" USING btree ("asked_at") WHERE done_at is null;--> statement-breakpoint
CREATE INDEX "report_mails_sending" ON "report_mails" USING btree ("msp_id","sending_id");--> statement-breakpoint
CREATE INDEX "report_mails_due" ON "report_mails" USING btree ("next_at") WHERE state in ('waiting', 'sending');
--> statement-breakpoint
-- Row-level security: enabled, forced, a policy for each command, as in 0001; what is a client's is hidden with it when it is archived and erased
-- with it, as in 0019.
do $$
declare
  t text;
  command text;
  rule text;
  msp constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)';
begin
  foreach t in array array['report_settings', 'report_sendings', 'report_mails', 'report_corrections'] loop
    rule := msp || case when t = 'report_settings' then '' else ' and case when (select current_setting(''app.all_clients'', true)) = ''t'' then true
      else client_id = any ((select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[]) end' end;
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    foreach command in array array['select', 'insert', 'update', 'delete'] loop
      execute format('create policy tenant_%s on public.%I for %s to app_web, app_worker %s %s', command, t, command,
        case when command = 'insert' then '' else 'using (' || rule || ')' end,
        case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
    end loop;
    execute format('create policy across_reads on public.%I for select to app_across using (true)', t);
    execute format('grant select on public.%I to app_web, app_worker, app_across', t);
    if t <> 'report_settings' then
      execute format('create policy web_hides_archived on public.%I as restrictive for select to app_web using (
        case when (select current_setting(''app.with_archived'', true)) = ''t'' then true
          else client_id <> all ((select door.archived_clients())::uuid[]) end)', t);
      execute format('create policy erasure_of_due on public.%I for all to erasure_definer using ((msp_id, client_id) in (
        select e.msp_id, e.client_id from public.client_erasures e
        where e.cancelled_at is null and e.erased_at is null and e.due_at <= now()))', t);
      execute format('grant select, delete on public.%I to erasure_definer', t);
    end if;
  end loop;
end $$;
--> statement-breakpoint
grant insert, update (send_after_days, accent, sends_since) on public.report_settings to app_web;
--> statement-breakpoint
-- What is sent keeps its words; the worker alone makes the file, once, and says what became of a mail. A person may stop one that waits.
grant insert on public.report_sendings, public.report_mails to app_web, app_worker;
--> statement-breakpoint
grant update (pdf, opened_at) on public.report_sendings to app_worker;
--> statement-breakpoint
grant update (state, tries, next_at, fault, sent_at) on public.report_mails to app_worker;
--> statement-breakpoint
grant update (state) on public.report_mails to app_web;
--> statement-breakpoint
grant insert on public.report_corrections to app_web;
--> statement-breakpoint
grant update (done_at, fault) on public.report_corrections to app_worker;
