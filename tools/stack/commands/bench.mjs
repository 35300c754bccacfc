import { Advice } from '../advice.mjs'
import { build } from '../builds.mjs'
import { ensureNodeModules } from '../parts/node-modules.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { templateDatabase } from '../parts/postgres.mjs'
import { checkout } from '../paths.mjs'
import { requirePart } from '../processes.mjs'
import { runCommand } from '../run-command.mjs'
import { testEnv } from './test-env.mjs'
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
    await stack.migrate(templateDatabase)
    await build('agent', { node, env: stack.envs.build })
    const env = testEnv(stack)
    const options = { cwd: checkout, env, shouldPrint: true, limitMs: 1_800_000 }
    const { code } = await runCommand(node.path, ['tools/bench/main.ts', ...args], options)
    if (code !== 0) throw new Advice(`The bench ended with exit code ${code}; its last lines say why.`)
  } finally {
    await stack.close()
  }
  return 0
}
