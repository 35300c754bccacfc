import { migrateDatabase } from '../../db/migrate.ts'
import { migrateEnv } from '../../server/env/migrate.ts'

/** `npm run migrate`: one at a time (advisory lock), safe to repeat. */
const env = migrateEnv()
await migrateDatabase(env.databaseUrl, env.logins)
console.log('database is up to date')
