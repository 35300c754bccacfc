-- Row-level security, enabled and forced, for every tenant table. Policies are per command and per role.
-- Form and cost of the tenant policy: a CASE, never an OR, for the all-clients branch; settings read in sub-selects
-- with nullif, because a pooled connection reads '' after a transaction-local setting.

-- Roles exist before migrations run (db/roles.ts); they own nothing, except door_definer, which owns the door's functions.
grant usage on schema public to app_web, app_worker, app_across, app_auth, door_definer;
--> statement-breakpoint
create function public.tenant_policies(p_table text, p_scope text, p_commands text[]) returns void language plpgsql as $$
declare
  msp text := case when p_table = 'msps' then 'id' else 'msp_id' end
    || ' = (select nullif(current_setting(''app.msp_id'', true), '''')::uuid)';
  listed text := 'client_id = any ((select nullif(current_setting(''app.client_ids'', true), ''''))::uuid[])';
  everyone text := '(select current_setting(''app.all_clients'', true)) = ''t''';
  visible text := case p_scope
    when 'msp' then msp
    when 'client' then msp || ' and case when ' || everyone || ' then true else ' || listed || ' end'
    -- rows of the whole MSP are seen by everyone in it ...
    when 'shared' then msp || ' and case when ' || everyone || ' then true when client_id is null then true else ' || listed || ' end'
    when 'own-clients' then msp || ' and case when ' || everyone || ' then true else '
      || replace(listed, 'client_id', 'id') || ' end'
  end;
  -- ... but written only by those who see all clients.
  writable text := case p_scope
    when 'shared' then msp || ' and case when ' || everyone || ' then true when client_id is null then false else ' || listed || ' end'
    else visible
  end;
  command text;
begin
  execute format('alter table public.%I enable row level security', p_table);
  execute format('alter table public.%I force row level security', p_table);
  foreach command in array array['select', 'insert', 'update', 'delete'] loop
    execute format('create policy tenant_%s on public.%I for %s to app_web, app_worker %s %s', command, p_table, command,
      case when command = 'insert' then '' else 'using (' || case when command = 'select' then visible else writable end || ')' end,
      case when command in ('insert', 'update') then 'with check (' || writable || ')' else '' end);
  end loop;
  if array_length(p_commands, 1) > 0 then
    execute format('grant %s on public.%I to app_web, app_worker', array_to_string(p_commands, ', '), p_table);
  end if;
end $$;
--> statement-breakpoint
select tenant_policies(name, scope, commands) from (values
  ('msps',              'msp',         array['select']),
  ('members',           'msp',         array['select', 'insert', 'update']),
  ('member_clients',    'client',      array['select', 'insert', 'delete']),
  ('clients',           'own-clients', array['select', 'insert', 'update']),
  ('sites',             'client',      array['select', 'insert', 'update']),
  ('enrolment_tokens',  'client',      array['select', 'insert', 'update']),
  ('devices',           'client',      array['select', 'update']),
  ('device_heartbeats', 'client',      array['select']),
  ('package_versions',  'msp',         array['select']),
  ('device_inventories','client',      array['select']),
  ('device_reports',    'client',      array['select']),
  ('device_events',     'client',      array['select', 'insert']),
  ('client_statuses',   'client',      array['select']),
  ('patches',           'msp',         array['select']),
  ('device_patches',    'client',      array['select']),
  ('decisions',         'shared',      array['select', 'insert', 'update']),
  ('holds',             'shared',      array['select', 'insert', 'update']),
  ('breakers',          'msp',         array['select', 'update']),
  ('policies',          'shared',      array['select', 'insert']),
  ('rollouts',          'client',      array['select', 'insert', 'update']),
  ('rollout_rings',     'client',      array['select', 'insert', 'update']),
  ('ring_patches',      'client',      array['select', 'insert', 'update']),
  ('plan_items',        'client',      array['select', 'insert', 'update']),
  ('work_orders',       'client',      array['select', 'insert', 'update']),
  ('ring_windows',      'client',      array['select', 'insert', 'update', 'delete']),
  ('audit_records',     'shared',      array['select', 'insert']),
  ('outbox',            'msp',         array['insert']),
  ('change_feed',       'shared',      array['insert'])
) as t (name, scope, commands);
--> statement-breakpoint
drop function public.tenant_policies(text, text, text[]);
--> statement-breakpoint
-- The audit record of a verb over one client is written by people who see only that client; a record of the whole MSP too.
drop policy tenant_insert on public.audit_records;
--> statement-breakpoint
create policy tenant_insert on public.audit_records for insert to app_web, app_worker with check (
  msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid)
  and case when (select current_setting('app.all_clients', true)) = 't' then true
    when client_id is null then true
    else client_id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end);
--> statement-breakpoint
drop policy tenant_insert on public.change_feed;
--> statement-breakpoint
create policy tenant_insert on public.change_feed for insert to app_web, app_worker with check (
  msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid));
--> statement-breakpoint
-- acrossTenants(): explicit policies on listed tables, no BYPASSRLS.
create function public.across_policy(p_table text, p_commands text) returns void language plpgsql as $$
begin
  execute format('create policy across_all on public.%I for all to app_across using (true) with check (true)', p_table);
  execute format('grant %s on public.%I to app_across', p_commands, p_table);
end $$;
--> statement-breakpoint
select across_policy(name, commands) from (values
  ('msps', 'select, insert'), ('members', 'select, insert'), ('clients', 'select'),
  ('devices', 'select, update'), ('device_heartbeats', 'select'), ('device_inventories', 'select'),
  ('patches', 'select'), ('device_patches', 'select'), ('decisions', 'select'), ('holds', 'select'), ('policies', 'select'),
  ('rollouts', 'select, update'), ('rollout_rings', 'select, update'), ('ring_patches', 'select, update'),
  ('plan_items', 'select, update'), ('work_orders', 'select, insert, update'), ('ring_windows', 'select, insert, delete'),
  ('client_statuses', 'select, insert, update'), ('outbox', 'select, insert, update, delete'),
  ('change_feed', 'select, insert, delete'), ('device_events', 'insert')
) as t (name, commands);
--> statement-breakpoint
drop function public.across_policy(text, text);
--> statement-breakpoint
grant select, insert, update on public.worker_beats to app_across;
--> statement-breakpoint
grant select on public.worker_beats to app_web, app_worker;
--> statement-breakpoint
grant select, insert, update on public.signing_keys to app_across;
--> statement-breakpoint
grant select on public.signing_keys to app_web, app_worker;
--> statement-breakpoint
-- Sign-in: the auth schema, and what makes a Context (who is a member where). Read-only on tenant tables.
grant usage on schema auth to app_auth;
--> statement-breakpoint
grant select, insert, update, delete on auth.sessions, auth.sign_in_links to app_auth;
--> statement-breakpoint
grant select, insert on auth.users to app_auth;
--> statement-breakpoint
create policy auth_reads on public.members for select to app_auth using (true);
--> statement-breakpoint
create policy auth_reads on public.member_clients for select to app_auth using (true);
--> statement-breakpoint
create policy auth_reads on public.msps for select to app_auth using (true);
--> statement-breakpoint
grant select on public.members, public.member_clients, public.msps to app_auth;
--> statement-breakpoint
alter table public.device_heartbeats set (fillfactor = 50);
--> statement-breakpoint
-- Evidence and audit are append-only: no role may update or delete, and a trigger says so to the owner too.
create function public.refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
--> statement-breakpoint
create trigger append_only before update or delete on public.audit_records for each row execute function public.refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete on public.device_reports for each row execute function public.refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete on public.device_events for each row execute function public.refuse_change();
