import { parseArgs } from 'node:util'
import { z } from 'zod'
import { closePools, connectPools } from '../../db/tenant.ts'
import { postgresUrl, readEnv } from '../../server/env/read-env.ts'
import { runTool } from '../run-tool.ts'
import { addKey, replaceLost, retireKey } from './rotate-keys.ts'

/**
 * `node tools/keys/main.ts [--retire <key id> [--force] | --lost <key id>… [--force]]`: rotates the key that signs orders, in two steps;
 * devices follow in between.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      retire: { type: 'string' },
      force: { type: 'boolean', default: false },
      lost: { type: 'boolean', default: false },
    },
  })
  const { retire, force, lost } = values
  if (lost ? retire : positionals.length > 0)
    throw new Error('Say nothing, --retire <key id>, or --lost and each key id that is lost.')
  const env = readEnv('keys', { ACROSS_DATABASE_URL: postgresUrl, ORDER_SIGNING_KEY_FILE: z.string().min(1) })
  connectPools({ across: env.ACROSS_DATABASE_URL })
  const file = env.ORDER_SIGNING_KEY_FILE
  const at = new Date()
  if (retire) console.log(await retireKey(file, retire, force, at))
  else if (lost) console.log(await replaceLost(file, { named: positionals, force }, at))
  else console.log(await addKey(file, at))
}

await runTool(main, closePools)
