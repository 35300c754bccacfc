import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres, { type Sql } from 'postgres'
import { applyFunctions } from './apply-functions.ts'
import { closeTemporary, ensureGroupRoles, ensureLogin, type LoginRole } from './roles.ts'
import { hideRows, seeingRows } from './see-rows.ts'

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))
/** One migration at a time in a database: `pg_advisory_lock` key, the letters "patc". */
const lockKey = 0x70617463

/** Brings the database of `url` (its owner) to today's tables, roles and logins. Safe to repeat and to run twice at once. */
export async function migrateDatabase(url: string, logins: Partial<Record<LoginRole, string>>): Promise<void> {
  const owner = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await owner`select pg_advisory_lock(${lockKey})`
    await ensureGroupRoles(owner)
    await closeTemporary(owner)
    await hideRows(owner)
    if (await isBehind(owner)) await seeingRows(owner, () => migrate(drizzle(owner), { migrationsFolder }))
    await applyFunctions(owner)
    for (const [role, login] of Object.entries(logins)) {
      // Object.entries forgets the key type of a literal record.
      if (login) await ensureLogin(owner, role as LoginRole, login)
    }
  } finally {
    await owner.end()
  }
}

/** Is there a migration that this database has not had? */
async function isBehind(owner: Sql): Promise<boolean> {
  const newest = Math.max(...readMigrationFiles({ migrationsFolder }).map((one) => one.folderMillis))
  const [table] = await owner`select to_regclass('drizzle.__drizzle_migrations') is not null as is_there`
  if (!table?.is_there) return true
  const [last] = await owner`select max(created_at)::float8 as at from drizzle.__drizzle_migrations`
  return (last?.at ?? 0) < newest
}
