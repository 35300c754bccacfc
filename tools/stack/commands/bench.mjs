import { Advice } from '../advice.mjs'
import { buildAll } from '../builds.mjs'
import { ensureNodeModules } from '../parts/node-modules.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { databaseUrl, ownerRole } from '../parts/postgres.mjs'
import { checkout } from '../paths.mjs'
import { requirePart } from '../processes.mjs'
import { runCommand } from '../run-command.mjs'
import { openThrowAwayStack } from './throw-away.mjs'

/** `npm run bench [-- <name>]`: measurements on a stack of their own, with PostgreSQL's durability left on. */
export async function run(args, { signal }) {
  requirePart('tools/bench/main.ts', 'there is nothing to measure with')
  const node = await ensureNode()
  await ensureNodeModules(node)
  const stack = await openThrowAwayStack({ node, isDurable: true })
  signal.addEventListener('abort', () => void stack.close())
  try {
    await stack.startPostgres()
    await stack.migrate()
    await buildAll({ node, env: stack.envs.build })
    await stack.startTemporal()
    await stack.startProduct(['worker', 'door', 'web'])
    const admin = databaseUrl(stack.ports.postgres, ownerRole, stack.secrets.owner, 'postgres')
    const addresses = { BENCH_STATE: stack.paths.state, TEST_DATABASE_ADMIN_URL: admin, TEST_STATE: stack.paths.state }
    const env = { ...stack.envs.seed, ...stack.envs.door, ...addresses }
    const options = { cwd: checkout, env, shouldPrint: true, limitMs: 1_800_000 }
    const { code } = await runCommand(node.path, ['tools/bench/main.ts', ...args], options)
    if (code !== 0) throw new Advice(`The bench ended with exit code ${code}; its last lines say why.`)
  } finally {
    await stack.close()
  }
  return 0
}
