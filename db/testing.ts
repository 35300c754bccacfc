import { randomBytes } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import type { LoginRole } from './roles.ts'

/** A database of one test file, cloned from the migrated template (about 70 ms), with a URL per login. */
export interface TestDatabase {
  urls: Record<LoginRole, string>
  /** Owner of the tables: for arranging and for looking, never what the product connects as. */
  owner: Sql
  ownerUrl: string
  drop(): Promise<void>
}

/** The test runner's environment: set by `npm test`. */
function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the tests with "npm test"`)
  return value
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.toString()
}

/** `template`: `template0` for an empty one. */
export async function cloneDatabase(template = required('TEST_TEMPLATE_DATABASE')): Promise<TestDatabase> {
  const adminUrl = required('TEST_DATABASE_ADMIN_URL')
  const name = `patchward_test_${randomBytes(6).toString('hex')}`
  const admin = postgres(withDatabase(adminUrl, 'postgres'), { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${name} template ${template}`)
  // What the migration takes from everybody is not copied with the database.
  await admin.unsafe(`revoke temporary on database ${name} from public`)
  const ownerUrl = withDatabase(adminUrl, name)
  const owner = postgres(ownerUrl, { max: 2, onnotice: () => {} })
  return {
    urls: {
      app_web: withDatabase(required('WEB_DATABASE_URL'), name),
      app_auth: withDatabase(required('AUTH_DATABASE_URL'), name),
      app_device: withDatabase(required('DEVICE_DATABASE_URL'), name),
      app_worker: withDatabase(required('WORKER_DATABASE_URL'), name),
      app_across: withDatabase(required('ACROSS_DATABASE_URL'), name),
    },
    owner,
    ownerUrl,
    async drop() {
      await owner.end()
      await dropDatabase(admin, name)
      await admin.end()
    },
  }
}

/** An autovacuum worker in the database belongs to the superuser, so the owner cannot end it; it leaves by itself in a moment. */
async function dropDatabase(admin: Sql, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await admin.unsafe(`drop database ${name} with (force)`)
      return
    } catch (error) {
      const isBusy = error instanceof postgres.PostgresError && error.code === '42501'
      if (!isBusy || attempt >= 20) throw error
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
}
