import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { applyFunctions } from './apply-functions.ts'
import { ensureGroupRoles, ensureLogin, type LoginRole } from './roles.ts'

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))
/** One migration at a time in a database: `pg_advisory_lock` key, the letters "patc". */
const lockKey = 0x70617463

/** Brings the database of `url` (its owner) to today's tables, roles and logins. Safe to repeat and to run twice at once. */
export async function migrateDatabase(url: string, logins: Partial<Record<LoginRole, string>>): Promise<void> {
  const owner = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await owner`select pg_advisory_lock(${lockKey})`
    await ensureGroupRoles(owner)
    await migrate(drizzle(owner), { migrationsFolder })
    await applyFunctions(owner)
    for (const [role, login] of Object.entries(logins)) {
      // Object.entries forgets the key type of a literal record.
      if (login) await ensureLogin(owner, role as LoginRole, login)
    }
  } finally {
    await owner.end()
  }
}
