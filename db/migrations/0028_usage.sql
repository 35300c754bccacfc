-- The usage ledger: how many devices of each client, and of the whole MSP, count on each UTC day.
CREATE TABLE "usage_daily" (
	"msp_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"day" date NOT NULL,
	"enrolled_peak" integer NOT NULL,
	"active_peak" integer NOT NULL,
	CONSTRAINT "usage_daily_msp_id_client_id_day_pk" PRIMARY KEY("msp_id","client_id","day")
);
--> statement-breakpoint
CREATE TABLE "usage_daily_totals" (
	"msp_id" uuid NOT NULL,
	"day" date NOT NULL,
	"enrolled_peak" integer NOT NULL,
	"active_peak" integer NOT NULL,
	CONSTRAINT "usage_daily_totals_msp_id_day_pk" PRIMARY KEY("msp_id","day")
);
--> statement-breakpoint
ALTER TABLE "usage_daily" ADD CONSTRAINT "usage_daily_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_daily_totals" ADD CONSTRAINT "usage_daily_totals_msp_id_msps_id_fk" FOREIGN KEY ("msp_id") REFERENCES "public"."msps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "usage_daily_day" ON "usage_daily" USING btree ("msp_id","day");
--> statement-breakpoint
-- Row-level security: enabled, forced, a policy for each command, as in 0001. The MSP's own numbers are for who sees all clients. Neither table
-- is hidden with an archived client or erased with a client: what was counted stays for the bill, and holds no more than an id and two numbers.
do $$
declare
  t text;
  command text;
  rule text;
  msp constant text := 'msp_id = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)';
  sees_all constant text := '(select current_setting(''app.all_clients'', true)) = ''t''';
begin
  foreach t in array array['usage_daily', 'usage_daily_totals'] loop
    rule := case t when 'usage_daily_totals' then msp || ' and ' || sees_all else msp || ' and case when ' || sees_all || ' then true
      else client_id = any ((select nullif(current_setting(''app.client_ids'', true), '''')::uuid[])::uuid[]) end' end;
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    foreach command in array array['select', 'insert', 'update', 'delete'] loop
      execute format('create policy tenant_%s on public.%I for %s to app_web, app_worker %s %s', command, t, command,
        case when command = 'insert' then '' else 'using (' || rule || ')' end,
        case when command in ('insert', 'update') then 'with check (' || rule || ')' else '' end);
    end loop;
    execute format('create policy across_all on public.%I for all to app_across using (true) with check (true)', t);
    execute format('grant select on public.%I to app_web', t);
    -- The sweep alone writes it, and no day is ever taken out.
    execute format('grant select, insert, update (enrolled_peak, active_peak) on public.%I to app_across', t);
  end loop;
end $$;
