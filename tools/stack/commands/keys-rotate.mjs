import { baseEnv, externalDatabaseUrls } from '../environments.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { checkout, stackPaths } from '../paths.mjs'
import { requirePart } from '../processes.mjs'
import { runCommand } from '../run-command.mjs'
import { envsOfRunningStack } from './running-stack.mjs'

const entry = 'tools/keys/main.ts'

/**
 * `npm run keys:rotate`, and when the devices have followed `npm run keys:rotate -- --retire <key id> [--force]`: another key signs orders.
 * With `--lost` where no key that signs is left.
 * Of the running stack, or of your own worker when DATABASE_URL and ORDER_SIGNING_KEY_FILE are set.
 */
export async function run(args) {
  requirePart(entry, 'there is nothing to rotate keys with')
  const node = await ensureNode()
  const external = externalDatabaseUrls()
  const file = process.env.ORDER_SIGNING_KEY_FILE
  const env =
    external && file
      ? { ...baseEnv(node), ACROSS_DATABASE_URL: external.ACROSS_DATABASE_URL, ORDER_SIGNING_KEY_FILE: file }
      : envsOfRunningStack(stackPaths(), node).keys
  const { code } = await runCommand(node.path, [entry, ...args], { cwd: checkout, env, shouldPrint: true })
  return code
}
