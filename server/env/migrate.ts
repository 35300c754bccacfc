import { postgresUrl, readEnv } from './read-env.ts'

/** Environment of `npm run migrate`: the owner, and the logins to create or refresh where they are given. */
export function migrateEnv() {
  const env = readEnv('migrate', {
    DATABASE_URL: postgresUrl,
    WEB_DATABASE_URL: postgresUrl.optional(),
    AUTH_DATABASE_URL: postgresUrl.optional(),
    DEVICE_DATABASE_URL: postgresUrl.optional(),
    WORKER_DATABASE_URL: postgresUrl.optional(),
    ACROSS_DATABASE_URL: postgresUrl.optional(),
  })
  return {
    databaseUrl: env.DATABASE_URL,
    logins: {
      app_web: env.WEB_DATABASE_URL,
      app_auth: env.AUTH_DATABASE_URL,
      app_device: env.DEVICE_DATABASE_URL,
      app_worker: env.WORKER_DATABASE_URL,
      app_across: env.ACROSS_DATABASE_URL,
    },
  }
}
