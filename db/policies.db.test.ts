import { readFileSync } from 'node:fs'
import type { Sql, TransactionSql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  alwaysSeen,
  appendOnly,
  authGrants,
  doorFunctions,
  sharedFunctions,
  sharedTables,
} from './policies.expected.ts'
import { groupRoles } from './roles.ts'
import { cloneDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterAll(() => database.drop())

type Query = Sql | TransactionSql
interface Rule {
  says: string
  /** What breaks the rule, in words; empty when it is kept. */
  findFaults: (sql: Query) => Promise<string[]>
  /** Statements that break it, each by itself, so that the rule is seen to notice. */
  breakIt: string | readonly string[]
}

const named = async (rows: PromiseLike<readonly { fault?: string }[]>) => (await rows).map((row) => row.fault ?? '?')
/** Tables with rows of tenants. */
const tenantTables = (
  sql: Query,
) => sql`select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relname = any (${sharedTables})`
const appRoles = (sql: Query) => sql`select r.oid, r.rolname from pg_roles r where r.rolname = any (${[...groupRoles]})`
/** Grants on tables and views, of whole tables and of single columns, to one role directly or through PUBLIC. */
const grantsOf = (sql: Query, role: string) => sql`select table_schema || '.' || table_name || ': '
    || string_agg(distinct privilege_type, ', ' order by privilege_type) as fault
  from (select table_schema, table_name, privilege_type, grantee from information_schema.role_table_grants
    union all select table_schema, table_name, privilege_type, grantee from information_schema.role_column_grants) g
  where grantee in (${role}, 'PUBLIC') and table_schema not in ('pg_catalog', 'information_schema')
  group by table_schema, table_name order by 1`

const golden = new URL('./grants.golden.txt', import.meta.url)
/** Every grant on a table, view or sequence, one line each: role, table, what on all of it and what on single columns. */
const allGrants = (sql: Query) => sql`
  with acl as (
    select c.oid, a.grantee, a.privilege_type as privilege, null::name as col
    from pg_class c cross join lateral aclexplode(c.relacl) a where a.grantee <> c.relowner
    union all
    select c.oid, a.grantee, a.privilege_type, t.attname
    from pg_attribute t join pg_class c on c.oid = t.attrelid cross join lateral aclexplode(t.attacl) a where a.grantee <> c.relowner
  ), words as (
    select oid, grantee, privilege || coalesce(' (' || string_agg(col, ', ' order by col) || ')', '') as privilege
    from acl group by oid, grantee, acl.privilege, col is null
  )
  select case grantee when 0 then 'everybody' else pg_get_userbyid(grantee) end || '  ' || n.nspname || '.' || c.relname || '  '
    || string_agg(privilege, ', ' order by privilege) as fault
  from words join pg_class c on c.oid = words.oid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') group by grantee, n.nspname, c.relname`

const rules: Rule[] = [
  {
    says: 'each table of public belongs to a tenant or is listed as shared',
    findFaults: (sql) =>
      named(sql`select t.relname as fault from (${tenantTables(sql)}) t where t.relname <> 'msps'
      and not exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'msp_id' and a.attnotnull)`),
    breakIt: 'create table public.notes (id uuid primary key)',
  },
  {
    says: 'row-level security is enabled on each tenant table',
    findFaults: (sql) => named(sql`select relname as fault from (${tenantTables(sql)}) t where not relrowsecurity`),
    breakIt: 'alter table devices disable row level security',
  },
  {
    says: 'and forced, for the owner too',
    findFaults: (sql) =>
      named(sql`select relname as fault from (${tenantTables(sql)}) t where not relforcerowsecurity`),
    breakIt: 'alter table devices no force row level security',
  },
  {
    says: 'the console and the worker have a policy for each command',
    findFaults: (sql) =>
      named(sql`select t.relname || ' ' || cmd || ' ' || r.rolname as fault
      from (${tenantTables(sql)}) t, unnest(array['r', 'a', 'w', 'd']) cmd, pg_roles r
      where r.rolname in ('app_web', 'app_worker') and not exists (select from pg_policy p
        where p.polrelid = t.oid and p.polpermissive and p.polcmd::text in (cmd, '*') and r.oid = any (p.polroles))`),
    breakIt: ['drop policy tenant_delete on holds', 'alter policy tenant_select on holds to app_worker'],
  },
  {
    says: 'each policy of theirs asks for the MSP, of reading and of writing',
    findFaults: (sql) =>
      named(sql`select c.relname || ' ' || p.polname as fault from pg_policy p join pg_class c on c.oid = p.polrelid
      where p.polpermissive and (p.polroles = '{0}' or p.polroles && (select array_agg(oid) from pg_roles where rolname in ('app_web', 'app_worker')))
        and (coalesce(pg_get_expr(p.polqual, p.polrelid), 'app.msp_id') not like '%app.msp_id%'
          or coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'app.msp_id') not like '%app.msp_id%'
          or num_nulls(p.polqual, p.polwithcheck) = 2)`),
    breakIt: 'create policy everything on holds for select to app_web using (true)',
  },
  {
    says: 'each policy on rows of a client asks for the client too, by CASE and not by OR',
    findFaults: (sql) =>
      named(sql`select c.relname || ' ' || p.polname as fault from pg_policy p join pg_class c on c.oid = p.polrelid,
        lateral (select pg_get_expr(p.polqual, p.polrelid) as q union all select pg_get_expr(p.polwithcheck, p.polrelid)) e
      where p.polpermissive and e.q is not null and p.polroles && (select array_agg(oid) from pg_roles where rolname in ('app_web', 'app_worker'))
        and (c.relname = 'clients' or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'client_id' and a.attnotnull))
        and (e.q not like '%app.client_ids%' or e.q not like '%CASE%' or e.q like '% OR %')`),
    breakIt: `drop policy tenant_select on devices; create policy tenant_select on devices for select to app_web, app_worker
      using (msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid))`,
  },
  {
    says: 'no policy of theirs has an OR: one side that is true would open the row',
    findFaults: (sql) =>
      named(sql`select c.relname || ' ' || p.polname as fault from pg_policy p join pg_class c on c.oid = p.polrelid,
        lateral (select pg_get_expr(p.polqual, p.polrelid) as q union all select pg_get_expr(p.polwithcheck, p.polrelid)) e
      where p.polpermissive and e.q like '% OR %' and p.polroles && (select array_agg(oid) from pg_roles where rolname in ('app_web', 'app_worker'))`),
    breakIt: `alter policy tenant_select on api_keys using (msp_id = (select nullif(current_setting('app.msp_id', true), '')::uuid) or true)`,
  },
  {
    says: 'the list of clients is read once a statement: its cast stands within the sub-select',
    findFaults: (sql) =>
      named(sql`select c.relname || ' ' || p.polname as fault from pg_policy p join pg_class c on c.oid = p.polrelid,
        lateral (select pg_get_expr(p.polqual, p.polrelid) as q union all select pg_get_expr(p.polwithcheck, p.polrelid)) e
      where e.q like '%app.client_ids%' and e.q not like '%::uuid[] AS "nullif")%'`),
    breakIt: `alter policy tenant_select on devices using (case when (select current_setting('app.all_clients', true) = 't') then true
      else client_id = any ((select nullif(current_setting('app.client_ids', true), ''))::uuid[]) end)`,
  },
  {
    says: 'no policy speaks to everybody',
    findFaults: (sql) =>
      named(sql`select c.relname || ' ' || p.polname as fault from pg_policy p join pg_class c on c.oid = p.polrelid
      where 0 = any (p.polroles)`),
    breakIt: 'create policy public_reads on msps for select using (true)',
  },
  {
    says: 'foreign keys between tenant tables carry the MSP',
    findFaults: (sql) =>
      named(sql`select k.conname as fault from pg_constraint k
      where k.contype = 'f' and k.conrelid in (select oid from (${tenantTables(sql)}) t)
        and (select a.attname from pg_attribute a where a.attrelid = k.conrelid and a.attnum = k.conkey[1]) <> 'msp_id'
        or k.contype = 'f' and k.confrelid in (select oid from (${tenantTables(sql)}) t where relname <> 'msps')
        and (select a.attname from pg_attribute a where a.attrelid = k.confrelid and a.attnum = k.confkey[1]) <> 'msp_id'`),
    breakIt: `alter table devices add unique (id); alter table device_reports add foreign key (device_id) references devices (id)`,
  },
  {
    says: 'unique keys of tenant tables begin with the MSP',
    findFaults: (sql) =>
      named(sql`select i.indexrelid::regclass::text as fault from pg_index i
      where i.indisunique and i.indrelid in (select oid from (${tenantTables(sql)}) t where relname <> 'msps')
        and (select a.attname from pg_attribute a where a.attrelid = i.indrelid and a.attnum = i.indkey[0]) is distinct from 'msp_id'`),
    breakIt: 'create unique index on devices (host_name, msp_id)',
  },
  {
    says: 'the roles own nothing; the function owners only the functions of the door and of erasure',
    findFaults: (sql) =>
      named(sql`select o.what as fault from (${appRoles(sql)}) r join (
        select relowner as owner, relname::text as what from pg_class
        union all select nspowner, 'schema ' || nspname from pg_namespace
        union all select datdba, 'database ' || datname from pg_database
        union all select proowner, proname::text from pg_proc
          where not (pronamespace = 'door'::regnamespace and proowner = 'door_definer'::regrole)
            and not (pronamespace = 'erasure'::regnamespace and proowner = 'erasure_definer'::regrole)) o on o.owner = r.oid`),
    breakIt: `grant create on schema public to door_definer; set local role door_definer;
      create function public.mine() returns int language sql as 'select 1'; reset role`,
  },
  {
    says: 'there is no materialised view, which row-level security would not guard',
    findFaults: (sql) => named(sql`select relname as fault from pg_class where relkind = 'm'`),
    breakIt: 'create materialized view every_device as select * from devices',
  },
  {
    says: 'each view runs with the rights of who asks',
    findFaults: (sql) =>
      named(sql`select relname as fault from pg_class c where relkind = 'v'
      and relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      and not coalesce(c.reloptions::text[] && array['security_invoker=true', 'security_invoker=on'], false)`),
    breakIt: 'create view every_device as select * from devices',
  },
  {
    says: 'functions with their owner’s rights belong to the door or to erasure, fix their search path with temporary tables last, and are not for everybody',
    findFaults: (sql) =>
      named(sql`select p.oid::regprocedure::text as fault from pg_proc p
      where p.prosecdef and ((p.proowner <> 'door_definer'::regrole
          and not (p.proowner = 'erasure_definer'::regrole and p.pronamespace = 'erasure'::regnamespace))
        or not coalesce(array['search_path=pg_catalog, public, pg_temp'] <@ p.proconfig, false)
        or exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0))`),
    breakIt: [
      'set local role door_definer; alter function door.signing_roots(integer) reset search_path; reset role',
      'set local role door_definer; alter function door.signing_roots(integer) set search_path = pg_catalog, public; reset role',
      `set local role erasure_definer; alter function erasure.erase_rows(uuid, uuid, text, integer, text) set search_path = pg_temp, public;
        reset role`,
    ],
  },
  {
    says: 'where another function fixes its search path, temporary tables are last in it too',
    findFaults: (sql) =>
      named(sql`select p.oid::regprocedure::text as fault from pg_proc p cross join lateral unnest(p.proconfig) as c (setting)
      where p.pronamespace <> 'pg_catalog'::regnamespace and c.setting like 'search\\_path=%' and c.setting not like '%, pg\\_temp'`),
    breakIt: 'alter function refuse_change() set search_path = pg_catalog',
  },
  {
    says: 'nobody makes temporary tables',
    findFaults: (sql) =>
      named(sql`select r.rolname as fault from (${appRoles(sql)}) r
      where has_database_privilege(r.oid, current_database(), 'temporary')`),
    breakIt: `do $$ begin execute format('grant temporary on database %I to app_web', current_database()); end $$`,
  },
  {
    says: 'a session is what it was said to be: its stage has no default',
    findFaults: (sql) =>
      named(sql`select column_default as fault from information_schema.columns
      where table_schema = 'auth' and table_name = 'sessions' and column_name = 'stage' and column_default is not null`),
    breakIt: `alter table auth.sessions alter column stage set default 'full'`,
  },
  {
    says: 'the device door may read and write no table',
    findFaults: (sql) => named(grantsOf(sql, 'app_device')),
    breakIt: 'grant select (id) on devices to app_device',
  },
  {
    says: 'and call the named functions only',
    findFaults: async (sql) => {
      const rows = await sql`select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and p.prorettype <> 'trigger'::regtype
          and has_function_privilege('app_device', p.oid, 'execute') order by 1`
      const callable = rows.map((row) => String(row.name))
      return callable.join() === doorFunctions.join() ? [] : [`may call ${callable.join(', ')}`]
    },
    breakIt: `set local role door_definer; grant execute on function door.count_failure(timestamptz, plan_items) to app_device; reset role`,
  },
  {
    says: 'other roles share the few functions of the door that are listed',
    findFaults: async (sql) => {
      const callable =
        await named(sql`select r.rolname || ' may call ' || p.proname as fault from (${appRoles(sql)}) r, pg_proc p
        where p.pronamespace = 'door'::regnamespace and r.rolname not in ('app_device', 'door_definer')
          and has_function_privilege(r.oid, p.oid, 'execute') order by 1`)
      return callable.join() === sharedFunctions.join() ? [] : callable
    },
    breakIt: `set local role door_definer; grant execute on function door.reports(timestamptz, jsonb) to app_web; reset role`,
  },
  {
    says: 'sign-in may do what is listed and nothing else',
    findFaults: async (sql) => {
      const granted = await named(grantsOf(sql, 'app_auth'))
      return granted.join('; ') === authGrants.join('; ') ? [] : granted
    },
    breakIt: 'grant select on devices to app_auth',
  },
  {
    says: 'no other role comes near sessions and links; erasure deletes people, and with them what is theirs',
    findFaults: (sql) =>
      named(sql`select r.rolname || ' ' || c.relname as fault from (${appRoles(sql)}) r, pg_class c
      where r.rolname <> 'app_auth' and c.relnamespace = 'auth'::regnamespace and c.relkind = 'r'
        and not (r.rolname = 'erasure_definer' and c.relname = 'users')
        and (has_any_column_privilege(r.oid, c.oid, 'select, insert, update, references')
          or has_table_privilege(r.oid, c.oid, 'delete, truncate, trigger'))`),
    breakIt: [
      'grant select (user_id) on auth.sessions to app_across',
      'grant delete on auth.sessions to app_web',
      'grant truncate on auth.sign_in_links to app_worker',
      'grant delete on auth.sessions to erasure_definer',
    ],
  },
  {
    says: 'every grant of every role stands in the golden list, db/grants.golden.txt, which is changed by hand',
    findFaults: async (sql) => {
      const granted = await named(allGrants(sql))
      const agreed = readFileSync(golden, 'utf8').trim().split('\n')
      return [
        ...granted.filter((line) => !agreed.includes(line)).map((line) => `not agreed: ${line}`),
        ...agreed.filter((line) => !granted.includes(line)).map((line) => `not there: ${line}`),
      ]
    },
    breakIt: [
      'grant update (verdict) on ring_patches to app_web',
      'grant update on ring_patches to app_web',
      'grant insert on patches to app_worker',
      'revoke select on devices from app_across',
      'grant select on devices to public',
    ],
  },
  {
    says: 'the console sees nothing of an archived client, table by table; the audit log and erasures stay',
    findFaults: (sql) =>
      named(sql`select t.relname as fault from (${tenantTables(sql)}) t
      where (t.relname = 'clients' or exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'client_id'))
        and has_table_privilege('app_web', t.oid, 'select') and t.relname <> all (${alwaysSeen})
        and not exists (select from pg_policy p where p.polrelid = t.oid and not p.polpermissive and p.polcmd = 'r'
          and p.polroles = array['app_web'::regrole::oid] and pg_get_expr(p.polqual, p.polrelid) like '%app.with_archived%'
          and (t.relname = 'clients' or pg_get_expr(p.polqual, p.polrelid) like '%archived_clients()%'))`),
    breakIt: [
      'drop policy web_hides_archived on devices',
      'create table public.notes (msp_id uuid not null, client_id uuid); grant select on public.notes to app_web',
    ],
  },
  {
    says: 'erasure reaches each table of a client, and of each only what is due',
    findFaults: (sql) =>
      named(sql`select t.relname as fault from (${tenantTables(sql)}) t
      where (t.relname = 'clients' or exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'client_id'))
        and t.relname <> all (${[...alwaysSeen, 'change_feed']})
        and not (has_table_privilege('erasure_definer', t.oid, 'delete') and exists (select from pg_policy p where p.polrelid = t.oid
          and p.polroles = array['erasure_definer'::regrole::oid] and pg_get_expr(p.polqual, p.polrelid) like '%due_at <= now()%'))
      union all select 'writes ' || t.relname from (${tenantTables(sql)}) t
        where has_any_column_privilege('erasure_definer', t.oid, 'insert, update')
      union all select 'erasure for ' || r.rolname from (${appRoles(sql)}) r where r.rolname not in ('app_across', 'erasure_definer')
        and (has_function_privilege(r.oid, 'erasure.erase_rows(uuid, uuid, text, integer, text)', 'execute')
          or has_function_privilege(r.oid, 'erasure.erase_names(uuid, uuid)', 'execute'))
      union all select p.polname || ' on ' || p.polrelid::regclass from pg_policy p
        where p.polpermissive and p.polcmd in ('d', '*') and p.polroles = array['erasure_definer'::regrole::oid]
          and pg_get_expr(p.polqual, p.polrelid) not like '%due_at <= now()%'`),
    breakIt: [
      'drop policy erasure_of_due on devices',
      'revoke delete on holds from erasure_definer',
      'grant update on devices to erasure_definer',
      'set local role erasure_definer; grant execute on function erasure.erase_rows(uuid, uuid, text, integer, text) to app_web; reset role',
      'set local role erasure_definer; grant execute on function erasure.erase_names(uuid, uuid) to app_worker; reset role',
      'create policy anybody on members for delete to erasure_definer using (true)',
    ],
  },
  {
    says: 'nobody may change or empty what is append-only',
    findFaults: (sql) =>
      named(sql`select r.rolname || ' ' || t as fault from (${appRoles(sql)}) r, unnest(${appendOnly}::text[]) t
      where not (r.rolname = 'erasure_definer' and t in ('device_reports', 'device_events')
          and not has_any_column_privilege(r.oid, t::regclass, 'update') and not has_table_privilege(r.oid, t::regclass, 'truncate'))
        and (has_any_column_privilege(r.oid, t::regclass, 'update') or has_table_privilege(r.oid, t::regclass, 'delete, truncate'))`),
    breakIt: 'grant delete on audit_records to app_worker',
  },
]

const breaches = (rule: Rule) => (typeof rule.breakIt === 'string' ? [rule.breakIt] : rule.breakIt)

describe.each(rules)('$says', ({ findFaults, ...rule }) => {
  test('is kept', async () => {
    expect(await findFaults(database.owner)).toEqual([])
  })

  test.each(breaches({ findFaults, ...rule }))('and a breach is noticed: %s', async (breakIt) => {
    const undo = new Error('undo')
    let faults: string[] = []
    await database.owner
      .begin(async (tx) => {
        await tx.unsafe(breakIt)
        faults = await findFaults(tx)
        throw undo
      })
      .catch((error) => {
        if (error !== undo) throw error
      })
    expect(faults).not.toEqual([])
  })
})

describe('roles and logins', () => {
  const isTooStrong = (sql: Query, names: string[]) => sql`select rolname from pg_roles where rolname = any (${names})
    and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`

  test('none is a superuser, passes row-level security or makes roles', async () => {
    const logins = Object.values(database.urls).map((url) => new URL(url).username)
    expect(logins).toHaveLength(5)
    expect(await isTooStrong(database.owner, [...groupRoles, ...logins])).toHaveLength(0)
    const strong = await database.owner`select rolname from pg_roles where rolsuper limit 1`
    expect(await isTooStrong(database.owner, [strong[0]?.rolname])).toHaveLength(1)
  })

  test('each login is a member of its own role and of no other', async () => {
    for (const [role, url] of Object.entries(database.urls)) {
      const rows = await database.owner`select m.roleid::regrole::text as name from pg_auth_members m
        where m.member = ${new URL(url).username}::regrole`
      expect(rows.map((row) => row.name)).toEqual([role])
    }
  })
})
