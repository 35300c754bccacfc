import { z } from 'zod'
import { postgresUrl, readEnv } from './read-env.ts'

/** Environment of the web process. It holds no login of another process and no signing key. */
export function webEnv() {
  const env = readEnv('web', {
    WEB_DATABASE_URL: postgresUrl,
    AUTH_DATABASE_URL: postgresUrl,
    AUTH_SECRET: z.string().min(32, 'must have at least 32 characters'),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }),
    PUBLIC_DEVICE_URL: z.url({ protocol: /^https?$/ }),
  })
  return {
    databaseUrl: env.WEB_DATABASE_URL,
    authDatabaseUrl: env.AUTH_DATABASE_URL,
    authSecret: env.AUTH_SECRET,
    /** Address of the console, without a slash at the end. */
    publicUrl: env.PUBLIC_URL.replace(/\/+$/, ''),
    /** Where devices reach the device door. */
    publicDeviceUrl: env.PUBLIC_DEVICE_URL.replace(/\/+$/, ''),
  }
}
