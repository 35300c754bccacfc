import { baseEnv, externalKeysEnv } from '../environments.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { checkout, stackPaths } from '../paths.mjs'
import { requirePart } from '../processes.mjs'
import { runCommand } from '../run-command.mjs'
import { envsOfRunningStack } from './running-stack.mjs'

const entry = 'tools/keys/main.ts'

/**
 * `npm run keys:rotate`, and when the devices have followed `npm run keys:rotate -- --retire <key id> [--force]`: another key signs orders.
 * With `--lost <key id>…` where no key that signs is left.
 * Of the running stack, or of your own worker when its database and ORDER_SIGNING_KEY_FILE are set.
 */
export async function run(args) {
  requirePart(entry, 'there is nothing to rotate keys with')
  const external = externalKeysEnv()
  const node = await ensureNode()
  const env = external ? { ...baseEnv(node), ...external } : envsOfRunningStack(stackPaths(), node).keys
  const { code } = await runCommand(node.path, [entry, ...args], { cwd: checkout, env, shouldPrint: true })
  return code
}
