import { parseArgs } from 'node:util'
import { z } from 'zod'
import { closePools, connectPools } from '../../db/tenant.ts'
import { postgresUrl, readEnv } from '../../server/env/read-env.ts'
import { addKey, replaceLost, retireKey } from './rotate-keys.ts'

/** `node tools/keys/main.ts [--retire <key id> [--force] | --lost]`: rotates the key that signs orders, in two steps; devices follow in between. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      retire: { type: 'string' },
      force: { type: 'boolean', default: false },
      lost: { type: 'boolean', default: false },
    },
  })
  const env = readEnv('keys', { ACROSS_DATABASE_URL: postgresUrl, ORDER_SIGNING_KEY_FILE: z.string().min(1) })
  connectPools({ across: env.ACROSS_DATABASE_URL })
  const file = env.ORDER_SIGNING_KEY_FILE
  const { retire, force, lost } = values
  const at = new Date()
  if (retire) console.log(await retireKey(file, retire, force, at))
  else console.log(await (lost ? replaceLost(file, at) : addKey(file, at)))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await closePools()
}
