-- 0001 made these policies by replacing "client_id" in a text that also named the setting app.client_ids: they read a setting
-- that nobody sets, so a person with listed clients saw no client at all. Same form, right name.
alter policy tenant_select on public.clients using (msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    else id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end);
--> statement-breakpoint
alter policy tenant_insert on public.clients with check (msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    else id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end);
--> statement-breakpoint
alter policy tenant_update on public.clients using (msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    else id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end) with check (msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    else id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end);
--> statement-breakpoint
alter policy tenant_delete on public.clients using (msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    else id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end);
