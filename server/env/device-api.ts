import { z } from 'zod'
import { port, postgresUrl, readEnv } from './read-env.ts'

/** Environment of the device door. Neither the signing key nor another process's login has a name here. */
export function deviceApiEnv() {
  const env = readEnv('device-api', {
    DEVICE_DATABASE_URL: postgresUrl,
    DEVICE_DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(100).default(8),
    DEVICE_API_HOST: z.string().min(1).default('127.0.0.1'),
    DEVICE_API_PORT: port,
    PUBLIC_DEVICE_URL: z
      .string()
      .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+\/?$/, 'must be an origin such as https://door.example.com'),
    DEVICE_SESSION_SECRET: z.string().min(32, 'must have at least 32 characters'),
    /** Time between two check-ins of a device: an hour; a lab sets seconds. */
    DEVICE_CHECK_IN_MS: z.coerce.number().int().min(1_000).max(86_400_000).default(3_600_000),
    /** Address ranges of reverse proxies whose X-Forwarded-For is believed, separated by commas. */
    DEVICE_TRUSTED_PROXIES: z.string().optional(),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  })
  return {
    databaseUrl: env.DEVICE_DATABASE_URL,
    databaseConnections: env.DEVICE_DATABASE_CONNECTIONS,
    host: env.DEVICE_API_HOST,
    port: env.DEVICE_API_PORT,
    publicUrl: env.PUBLIC_DEVICE_URL.replace(/\/+$/, ''),
    sessionSecret: env.DEVICE_SESSION_SECRET,
    checkInMs: env.DEVICE_CHECK_IN_MS,
    trustedProxies: env.DEVICE_TRUSTED_PROXIES?.split(',').map((range) => range.trim()),
    logLevel: env.LOG_LEVEL,
  }
}
