import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrateDatabase } from './migrate.ts'
import { ensureGroupRoles } from './roles.ts'
import { cloneDatabase, type TestDatabase } from './testing.ts'

const migrations = fileURLToPath(new URL('./migrations', import.meta.url))
/** The last migration of the release before the wall: what a company may have running. */
const former = 17
/** Its rows stand elsewhere since: a test of its own says where. */
const moved = 'public.signing_keys'
/** What others name comes first. */
const first = [
  'auth.users',
  'public.msps',
  'public.clients',
  'public.sites',
  'public.devices',
  'public.patches',
  'public.members',
  'public.rollouts',
  'public.rollout_rings',
]

interface Table {
  name: string
  columns: { name: string; type: string; isIdentity: boolean }[]
}
type Rows = Record<string, unknown[]>

let database: TestDatabase
let tables: Table[]
let before: Rows
beforeAll(async () => {
  database = await cloneDatabase('template0')
  await migrateTo(former)
  tables = await listTables()
  await seeingAll(async () => {
    for (const world of [1, 2]) await fill(world)
    before = await readRows()
  })
  await migrateDatabase(database.ownerUrl, database.urls)
  tables = tables.filter(({ name }) => name !== moved)
}, 60_000)
afterAll(() => database.drop())

/** The migrations up to this one, from a copy of their folder that knows no later ones. */
async function migrateTo(last: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'patchward-upgrade-'))
  await cp(migrations, folder, { recursive: true })
  const path = join(folder, 'meta/_journal.json')
  const journal: { entries: { idx: number }[] } = JSON.parse(await readFile(path, 'utf8'))
  journal.entries = journal.entries.filter(({ idx }) => idx <= last)
  expect(journal.entries).toHaveLength(last + 1)
  await writeFile(path, JSON.stringify(journal))
  await ensureGroupRoles(database.owner)
  await migrate(drizzle(database.owner), { migrationsFolder: folder })
  await rm(folder, { recursive: true })
}

async function listTables(): Promise<Table[]> {
  const found = await database.owner<Table[]>`
    select c.table_schema || '.' || c.table_name as name, jsonb_agg(jsonb_build_object('name', c.column_name, 'type', c.udt_name,
      'isIdentity', c.is_identity = 'YES') order by c.ordinal_position) as columns
    from information_schema.columns c where c.table_schema in ('public', 'auth') group by 1 order by 1`
  const place = ({ name }: Table) => (first.includes(name) ? first.indexOf(name) : first.length)
  return [...found].sort((a, b) => place(a) - place(b))
}

/** Row-level security is forced on the owner too; a test looks and arranges as nobody else may. */
async function seeingAll<T>(work: () => Promise<T>): Promise<T> {
  const walled = await database.owner<{ name: string }[]>`select oid::regclass::text as name from pg_class
    where relforcerowsecurity and relkind = 'r'`
  for (const { name } of walled) await database.owner.unsafe(`alter table ${name} no force row level security`)
  try {
    return await work()
  } finally {
    for (const { name } of walled) await database.owner.unsafe(`alter table ${name} force row level security`)
  }
}

const id = (kind: number, world: number) => `0000000${kind}-0000-4000-8000-00000000000${world}`
/** What a column names, by its own name; everything else is told by its type. */
const ids: Record<string, number> = {
  msp_id: 1,
  client_id: 2,
  site_id: 3,
  device_id: 4,
  patch_id: 5,
  rollout_id: 6,
  user_id: 7,
  order_id: 8,
}
const kinds: Record<string, number> = {
  'public.msps': 1,
  'public.clients': 2,
  'public.sites': 3,
  'public.devices': 4,
  'public.patches': 5,
  'public.rollouts': 6,
  'auth.users': 7,
  'public.work_orders': 8,
}

/** One row in each table: a small world, every column filled. */
async function fill(world: number): Promise<void> {
  for (const { name: table, columns } of tables) {
    const cellOf = ({ name, type }: Table['columns'][number]) => {
      const kind = name === 'id' ? (kinds[table] ?? 9) : ids[name]
      if (type === 'uuid') return id(kind ?? 9, world)
      if (name === 'package_version_ids') return [world]
      if (name === 'archived_at' || name === 'retired_at') return null
      if (type === 'timestamptz') return `2026-09-0${world}T10:00:00Z`
      if (type === '_uuid') return [id(ids.patch_id ?? 9, world)]
      if (type === '_text') return [`${name} ${world}`]
      if (type === 'jsonb') return { world }
      if (type === 'bool') return false
      if (/^int/.test(type)) return name === 'position' ? 0 : world
      return `${table} ${name} ${world}`
    }
    const given = columns.filter((column) => !column.isIdentity)
    const row = Object.fromEntries(given.map((column) => [column.name, cellOf(column)]))
    const names = given.map((column) => column.name).join(', ')
    await database.owner.unsafe(
      `insert into ${table} (${names}) select ${names} from jsonb_populate_record(null::${table}, $1::text::jsonb)`,
      [JSON.stringify(row)],
    )
  }
}

/** What stands in the columns of that time, table by table. */
async function readRows(): Promise<Rows> {
  const found: Rows = {}
  for (const { name, columns } of tables) {
    const list = columns.map((column) => `'${column.name}', t.${column.name}`)
    // More than fifty pairs are too many arguments for one call.
    const halves = [list.slice(0, 20), list.slice(20)].map((half) => `jsonb_build_object(${half.join(', ')})`)
    const rows = await database.owner.unsafe(`select ${halves.join(' || ')} as row from ${name} t order by 1`)
    found[name] = rows.map(({ row }) => row)
  }
  return found
}

test('every row of the release before is there, word for word', async () => {
  const { [moved]: _moved, ...stayed } = before
  expect(Object.keys(stayed).length).toBeGreaterThan(30)
  for (const rows of Object.values(stayed)) expect(rows).toHaveLength(2)
  expect(await seeingAll(readRows)).toEqual(stayed)
})

test('no constraint and no index was left half done, and the owner sees no rows any more', async () => {
  const sql = database.owner
  expect(await sql`select id from devices`).toHaveLength(0)
  expect(await sql`select conname from pg_constraint where not convalidated`).toHaveLength(0)
  expect(await sql`select indexrelid::regclass from pg_index where not indisvalid or not indisready`).toHaveLength(0)
})

test('what came since has what it needs of them: places of devices, records that wait for their seal, words of patches', async () => {
  const sql = database.owner
  const rows = await seeingAll(async () => ({
    places: await sql`select device_id, left_at from device_places order by 1`,
    unsealed: await sql`select record_id::int as id from audit_unsealed order by 1`,
    classes: await sql`select client_id, patch_id, classification from client_patch_classes order by 1`,
    listed:
      await sql`select v.name from device_inventories i join package_versions v on v.msp_id = i.msp_id and v.id = any (i.package_version_ids)
      order by 1`,
  }))
  expect(rows.places).toEqual([1, 2].map((world) => ({ device_id: id(4, world), left_at: null })))
  expect(rows.unsealed).toEqual([{ id: 1 }, { id: 2 }])
  expect(rows.listed).toHaveLength(2)
  const classOf = (world: number) => ({
    client_id: id(2, world),
    patch_id: id(5, world),
    classification: `public.patches classification ${world}`,
  })
  expect(rows.classes).toEqual([1, 2].map(classOf))
})

test('the keys that enrolment handed out are the first root: what devices have pinned and tokens name is the same text', async () => {
  const keys = [1, 2].map((world) => ({
    keyid: `public.signing_keys key_id ${world}`,
    publicKey: `public.signing_keys public_key ${world}`,
  }))
  const rows = await database.owner`select version, root, envelope from signing_roots`
  expect(rows).toEqual([{ version: 1, root: { threshold: 1, keys }, envelope: null }])
  expect(await seeingAll(() => database.owner`select distinct root_version from devices`)).toEqual([
    { root_version: 1 },
  ])
})

test('and the door knows the devices again', async () => {
  const rows = await database.owner.begin(async (tx) => {
    await tx`set local role door_definer`
    return tx`select device_id, is_fresh from door.check_in(now(), array[${id(4, 1)}]::uuid[], array[99]::bigint[], array['f'], array['p'], array['m'])`
  })
  expect(rows).toEqual([{ device_id: id(4, 1), is_fresh: true }])
})
