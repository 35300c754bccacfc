import { createHash, randomUUID } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClientRef, Factories } from './factories.ts'
import { migrateDatabase } from './migrate.ts'
import type { LoginRole } from './roles.ts'
import { cloneDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
let factories: Factories
let client: ClientRef
let elsewhere: ClientRef
beforeAll(async () => {
  database = await cloneDatabase()
  factories = new Factories(database)
  client = await factories.makeClient(await factories.makeMsp())
  elsewhere = await factories.makeClient(client.mspId)
})
afterAll(async () => {
  await factories.close()
  await database.drop()
})

const logins = ['app_web', 'app_auth', 'app_device', 'app_worker', 'app_across'] as const satisfies LoginRole[]
const mayMakeTables = (sql: Sql) =>
  sql<{ login: string }[]>`select r.rolname as login from pg_roles r
    where r.rolname = any (${[...logins]}) and has_database_privilege(r.oid, current_database(), 'temporary')`

test('no login may make temporary tables, in a copy of a database neither once it is migrated', async () => {
  expect(await mayMakeTables(database.owner)).toHaveLength(0)
  const [{ name } = {}] = await database.owner`select current_database() as name`
  // As a copy is: what was granted on a database is not copied with it.
  await database.owner`grant temporary on database ${database.owner(String(name))} to public`
  expect(await mayMakeTables(database.owner)).toHaveLength(logins.length)
  await migrateDatabase(database.ownerUrl, {})
  expect(await mayMakeTables(database.owner)).toHaveLength(0)
})

/** Each function with its owner's rights that a login may call, with arguments that lead through it. */
const calls: Record<
  string,
  (sql: Sql, of: { device: string; token: string; rollout: string; order: string }) => PromiseLike<unknown>
> = {
  'door.archived_clients': (sql) => sql`select door.archived_clients()`,
  'door.check_in': (sql, { device }) =>
    sql`select door.check_in(now(), array[${device}]::uuid[], array[900]::bigint[], array['f'], array['p'], array['m'])`,
  'door.credentials': (sql, { device }) => sql`select door.credentials(array[${device}]::uuid[])`,
  'door.end_late_orders': (sql) => sql`select door.end_late_orders(now() + interval '9 days')`,
  'door.enrol': (sql, { token }) =>
    sql`select door.enrol(now(), encode(sha256(${token}::bytea), 'hex'), 'a key', ${JSON.stringify(facts)}::text::jsonb)`,
  'door.inventory': (sql, { device }) =>
    sql`select door.inventory(now(), ${JSON.stringify([{ ...inventory, device_id: device }])}::text::jsonb)`,
  'door.lease': (sql, { device }) => sql`select door.lease(now(), array[${device}]::uuid[])`,
  'door.move_device': (sql, { device }) =>
    sql`select door.move_device(now(), ${client.mspId}, ${device}, ${elsewhere.clientId}, ${elsewhere.siteId}, null, 'An attacker')`,
  'door.permit': (sql, { device, order }) => sql`select door.permit(now(), ${device}, 902, ${order})`,
  'door.recount_failed': (sql, { device }) =>
    sql`select door.recount_failed(${client.mspId}, array[${device}]::uuid[])`,
  'door.release_device': (sql, { device }) =>
    sql`select door.release_device(now(), ${client.mspId}, ${device}, 'An attack')`,
  'door.reports': (sql, { device, order }) =>
    sql`select door.reports(now(), ${JSON.stringify([{ device_id: device, counter: 903, reports: [reportOf(order)] }])}::text::jsonb)`,
  'door.settle_claims': (sql, { rollout }) => sql`select door.settle_claims(now(), ${client.mspId}, ${rollout}, null)`,
  'door.note_root': (sql, { device }) => sql`select door.note_root(now(), ${device}, 1, 'An attack')`,
  'door.signing_roots': (sql) => sql`select door.signing_roots(0)`,
  'door.standing': (sql, { device }) => sql`select door.standing(${device})`,
  'door.use_counters': (sql, { device }) =>
    sql`select door.use_counters(now(), array[${device}]::uuid[], array[904]::bigint[])`,
  'erasure.erase_names': (sql) => sql`select erasure.erase_names(${client.mspId}, ${client.clientId})`,
  'erasure.erase_rows': (sql) => sql`select erasure.erase_rows(${client.mspId}, ${client.clientId}, 'holds', 10, null)`,
}
const zeros = '0'.repeat(64)
const facts = {
  hostName: 'h',
  osName: 'Debian',
  osVersion: '12',
  timeZone: 'UTC',
  machineId: 'm',
  agentVersion: '1',
  isRebootPending: false,
  tags: [],
}
const missing = {
  updates: [
    {
      manager: 'apt',
      name: 'vim',
      version: '9',
      architecture: 'all',
      fromVersion: '8',
      sha256: null,
      sizeBytes: 1,
      classification: 'security',
      severity: 'low',
      source: 's',
    },
  ],
  sets: [
    {
      key: zeros,
      members: [0],
      undoClass: 'kept',
      undoReason: '',
      predecessors: [{ name: 'vim', version: '8', sha256: null }],
    },
  ],
  waiting: [],
  trouble: '',
}
const inventory = {
  counter: 901,
  hashes: { facts: zeros, packages: zeros, missing: zeros },
  scannedAt: '2026-09-01T10:00:00.000Z',
  facts,
  packages: [{ manager: 'apt', name: 'curl', version: '8', architecture: 'all', status: 'ii' }],
  missing,
}
const reportOf = (orderId: string) => ({
  report: {
    seq: 1,
    prevHash: zeros,
    orderId,
    state: 'failed',
    at: '2026-09-01T10:00:00.000Z',
    sets: [],
    probes: [],
    isRebootPending: false,
    refusal: null,
    summary: '',
  },
  signature: 's',
  hash: zeros,
})

/**
 * Puts a view of the attacker's own in the way of every table: who reads or writes it runs `pg_temp.evil`, which says as whom. A view, since a
 * table would only catch those who write.
 */
async function lay(sql: Sql, tables: readonly { name: string; columns: string }[]): Promise<void> {
  await sql`create function pg_temp.evil() returns boolean language plpgsql as $$ begin raise notice 'ran as %', current_user; return true; end $$`
  await sql`create function pg_temp.evil_write() returns trigger language plpgsql as $$ begin perform pg_temp.evil(); return null; end $$`
  for (const { name, columns } of tables) {
    await sql.unsafe(`create temporary view ${name} as select ${columns} where pg_temp.evil() offset 0;
      create trigger evil instead of insert or update or delete on pg_temp.${name} for each row execute function pg_temp.evil_write();
      grant all on pg_temp.${name} to public`)
  }
}

test.each(logins)(
  '%s cannot lay a table of its own in the way of a function that runs with its owner’s rights',
  async (role) => {
    const [{ name } = {}] = await database.owner`select current_database() as name`
    await database.owner`grant temporary on database ${database.owner(String(name))} to public`
    const tables = await database.owner<{ name: string; columns: string }[]>`select c.relname as name,
      string_agg(format('null::%s as %I', format_type(a.atttypid, a.atttypmod), a.attname), ', ' order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'auth'::regnamespace) group by c.oid, c.relname`
    expect(tables.length).toBeGreaterThan(40)
    const callable = await database.owner<{ name: string }[]>`select n.nspname || '.' || p.proname as name
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prosecdef and n.nspname <> 'pg_catalog'
      and p.prorettype <> 'trigger'::regtype and has_function_privilege(${role}, p.oid, 'execute') order by 1`
    const device = await addDevice()
    const rollout = await factories.makeRollout(client, [{ deviceIds: [], patchIds: [] }])
    const order = await factories.makeOrder(client, { deviceId: device, rolloutId: rollout, position: 0 })
    const of = { device, rollout, order, token: await factories.makeToken(client) }
    const ran: string[] = []
    let about = 'nothing'
    const attacker = postgres(database.urls[role], {
      max: 1,
      onnotice: ({ message }) => /^ran as/.test(message ?? '') && ran.push(`${about} ${message}`),
    })
    await attacker`select set_config('app.msp_id', ${client.mspId}, false), set_config('app.all_clients', 't', false)`
    await lay(attacker, tables)
    // The trap is set: whoever goes by the plain name falls into it.
    await attacker`select from devices`
    expect(ran.splice(0)).toEqual([`nothing ran as ${new URL(database.urls[role]).username}`])
    const failed: string[] = []
    for (const one of callable) {
      about = one.name
      await calls[one.name]?.(attacker, of).then(undefined, (error) => failed.push(`${about}: ${error.message}`))
    }
    await attacker.end()
    expect(ran).toEqual([])
    expect(failed).toEqual([])
    expect(callable.filter((one) => !calls[one.name])).toEqual([])
  },
)

/** A device as the door enrols it. */
async function addDevice(): Promise<string> {
  const door = postgres(database.urls.app_device, { max: 1 })
  const hash = createHash('sha256')
    .update(await factories.makeToken(client))
    .digest('hex')
  const [made] = await door<
    { device_id: string }[]
  >`select device_id from door.enrol(now(), ${hash}, ${randomUUID()}, ${JSON.stringify(facts)}::text::jsonb)`
  await door.end()
  if (!made) throw new Error('nothing was enrolled')
  return made.device_id
}
