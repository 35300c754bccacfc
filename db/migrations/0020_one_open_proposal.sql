ALTER TABLE "proposals" ADD COLUMN "needs_all_clients" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
-- What is there already has to fit under the keys below. For a moment the owner may see the rows.
alter table public.clients no force row level security;
--> statement-breakpoint
alter table public.proposals no force row level security;
--> statement-breakpoint
-- Of clients with the same name the oldest keeps it; the others get a number: "Kestrel (2)". Addresses (slugs) stay as they are.
do $$
declare
  later record;
  number integer;
begin
  for later in select c.msp_id, c.id, c.name from public.clients c where exists (select from public.clients f
      where f.msp_id = c.msp_id and lower(f.name) = lower(c.name) and (f.created_at, f.id) < (c.created_at, c.id)) order by c.created_at, c.id loop
    number := 2;
    while exists (select from public.clients f where f.msp_id = later.msp_id and lower(f.name) = lower(left(later.name, 92) || ' (' || number || ')')) loop
      number := number + 1;
    end loop;
    update public.clients c set name = left(later.name, 92) || ' (' || number || ')' where c.msp_id = later.msp_id and c.id = later.id;
  end loop;
end $$;
--> statement-breakpoint
update public.proposals set decision = 'expired', decided_at = expires_at where decision is null and expires_at <= now();
--> statement-breakpoint
-- Of the same thing asked for twice the newest stays open.
update public.proposals p set decision = 'replaced', decided_at = now() where p.decision is null and exists (select from public.proposals n
  where n.msp_id = p.msp_id and n.action = p.action and n.input = p.input and n.decision is null and (n.proposed_at, n.id) > (p.proposed_at, p.id));
--> statement-breakpoint
alter table public.clients force row level security;
--> statement-breakpoint
alter table public.proposals force row level security;
--> statement-breakpoint
CREATE UNIQUE INDEX "clients_name" ON "clients" USING btree ("msp_id",lower(name));--> statement-breakpoint
CREATE UNIQUE INDEX "proposals_one_open" ON "proposals" USING btree ("msp_id","action",md5(input::text)) WHERE decision is null;
--> statement-breakpoint
-- Erasure also takes what names a client without being a row of it: proposals that reached it, and its own managers, who have no other
-- client here: their invitations, their membership, and who they are, unless they belong elsewhere too. Nothing of it without a due erasure.
do $$
declare
  due constant text := 'exists (select from public.client_erasures e where e.msp_id = %1$I.msp_id and e.cancelled_at is null and e.erased_at is null
    and e.due_at <= now() and %2$s)';
begin
  execute 'create policy erasure_of_due on public.proposals for all to erasure_definer using (' || format(due, 'proposals', 'e.client_id = any (proposals.client_ids)') || ')';
  execute 'create policy erasure_of_due on public.invitations for all to erasure_definer using (invitations.role = ''client-manager'' and '
    || format(due, 'invitations', 'invitations.client_ids <@ array[e.client_id]') || ')';
  execute 'create policy erasure_of_due on public.members for delete to erasure_definer using (members.role = ''client-manager'' and not members.has_all_clients and '
    || format(due, 'members', 'true') || ')';
end $$;
--> statement-breakpoint
-- Whether somebody has another client, or another company, is not to be guessed from what is due.
create policy erasure_reads on public.members for select to erasure_definer using (true);
--> statement-breakpoint
create policy erasure_reads on public.member_clients for select to erasure_definer using (true);
--> statement-breakpoint
grant select, delete on public.proposals, public.invitations, public.members to erasure_definer;
--> statement-breakpoint
grant usage on schema auth to erasure_definer;
--> statement-breakpoint
grant select (id), delete on auth.users to erasure_definer;
--> statement-breakpoint
grant usage, create on schema erasure to erasure_definer;
--> statement-breakpoint
set role erasure_definer;
--> statement-breakpoint
-- Answers for each table how many rows went, and the digest over their keys in order, as erase_rows does. It comes before the rows of the
-- client itself: afterwards nobody could tell whose managers they were.
create function erasure.erase_names(p_msp uuid, p_client uuid) returns table (name text, erased integer, digest text)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  managers uuid[];
begin
  if not exists (select from client_erasures e where e.msp_id = p_msp and e.client_id = p_client and e.cancelled_at is null
      and e.erased_at is null and e.due_at <= now()) then
    return;
  end if;
  select coalesce(array_agg(m.user_id), '{}') into managers from members m
    where m.msp_id = p_msp and m.role = 'client-manager' and not m.has_all_clients
      and exists (select from member_clients c where c.msp_id = m.msp_id and c.user_id = m.user_id and c.client_id = p_client)
      and not exists (select from member_clients c where c.msp_id = m.msp_id and c.user_id = m.user_id and c.client_id <> p_client);
  return query with gone as (delete from proposals p where p.msp_id = p_msp and p_client = any (p.client_ids) returning p.id)
    select 'proposals', count(*)::int, erasure.digest_of(array_agg(jsonb_build_array(p_msp, g.id)::text order by g.id)) from gone g;
  return query with gone as (delete from invitations i where i.msp_id = p_msp and i.role = 'client-manager' and i.client_ids <@ array[p_client] returning i.id)
    select 'invitations', count(*)::int, erasure.digest_of(array_agg(jsonb_build_array(p_msp, g.id)::text order by g.id)) from gone g;
  return query with gone as (delete from members m where m.msp_id = p_msp and m.user_id = any (managers) returning m.user_id)
    select 'members', count(*)::int, erasure.digest_of(array_agg(jsonb_build_array(p_msp, g.user_id)::text order by g.user_id)) from gone g;
  -- With them go their sessions, passwords, factors and passkeys.
  return query with gone as (delete from auth.users u where u.id = any (managers)
      and not exists (select from members m where m.user_id = u.id) returning u.id)
    select 'auth.users', count(*)::int, erasure.digest_of(array_agg(jsonb_build_array(g.id)::text order by g.id)) from gone g;
end $$;
--> statement-breakpoint
create function erasure.digest_of(p_keys text[]) returns text language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select encode(sha256(convert_to(chr(10) || array_to_string(p_keys, chr(10)), 'UTF8')), 'hex')
$$;
--> statement-breakpoint
revoke all on function erasure.erase_names(uuid, uuid), erasure.digest_of(text[]) from public;
--> statement-breakpoint
grant execute on function erasure.erase_names(uuid, uuid) to app_across;
--> statement-breakpoint
reset role;
--> statement-breakpoint
revoke create on schema erasure from erasure_definer;
