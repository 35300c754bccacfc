import { z } from 'zod'
import { closePools, connectPools } from '../../db/tenant.ts'
import { closeAuth, connectAuth } from '../../server/auth/store.ts'
import { postgresUrl, readEnv } from '../../server/env/read-env.ts'
import { seedDemo } from './demo.ts'
import { seedEmpty } from './empty.ts'

/** `node tools/seed/main.ts <world>`: fills a migrated database through the product's own verbs. A second run changes nothing. */
const worlds: Record<string, (now: Date) => Promise<void>> = {
  demo: (now) => {
    const { DEVICE_URL, LAB_PLAN } = readEnv('seed', {
      DEVICE_URL: z.url({ protocol: /^https?$/ }),
      LAB_PLAN: z.string().min(1),
    })
    return seedDemo({ deviceUrl: DEVICE_URL, planFile: LAB_PLAN, now })
  },
  empty: seedEmpty,
}

try {
  const name = process.argv[2] ?? ''
  const seed = Object.hasOwn(worlds, name) ? worlds[name] : undefined
  if (!seed) throw new Error(`Say which world to seed: ${Object.keys(worlds).join(' or ')}.`)
  const env = readEnv('seed', {
    WEB_DATABASE_URL: postgresUrl,
    AUTH_DATABASE_URL: postgresUrl,
    ACROSS_DATABASE_URL: postgresUrl,
    AUTH_SECRET: z.string().min(32, 'must have at least 32 characters'),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }),
  })
  connectPools({ tenant: env.WEB_DATABASE_URL, across: env.ACROSS_DATABASE_URL, max: 2 })
  connectAuth({ databaseUrl: env.AUTH_DATABASE_URL, secret: env.AUTH_SECRET, publicUrl: env.PUBLIC_URL })
  await seed(new Date())
  console.log(`seeded: ${name}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await closeAuth()
  await closePools()
}
