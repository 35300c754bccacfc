import { baseEnv, externalDatabaseUrls } from '../environments.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { checkout, stackPaths } from '../paths.mjs'
import { requirePart } from '../processes.mjs'
import { runCommand } from '../run-command.mjs'
import { envsOfRunningStack } from './running-stack.mjs'

const entry = 'tools/audit/main.ts'

/**
 * `npm run audit:verify [-- --msp <slug>] [-- --key public.pem]`: proves the audit log of the running stack, or of your own PostgreSQL
 * when DATABASE_URL is set. Without `--key` with the public key of this checkout's own worker.
 */
export async function run(args) {
  requirePart(entry, 'there is nothing to prove the audit log with')
  const node = await ensureNode()
  const paths = stackPaths()
  const external = externalDatabaseUrls()
  const env = external
    ? { ...baseEnv(node), ACROSS_DATABASE_URL: external.ACROSS_DATABASE_URL }
    : envsOfRunningStack(paths, node).audit
  const key = args.some((arg) => /^--key(=|$)/.test(arg)) ? [] : ['--key', paths.auditPublicKey]
  const { code } = await runCommand(node.path, [entry, ...key, ...args], { cwd: checkout, env, shouldPrint: true })
  return code
}
