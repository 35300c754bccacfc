import { Advice, lastLines } from '../advice.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { checkout, stackPaths } from '../paths.mjs'
import { requirePart } from '../processes.mjs'
import { say } from '../progress.mjs'
import { runCommand } from '../run-command.mjs'
import { envsOfRunningStack } from './running-stack.mjs'

/** `npm run link -- <person>`: a one-time sign-in link for a person who exists, against the running stack. */
export async function run([person]) {
  if (!person) throw new Advice('Say for whom: npm run link -- person@example.com')
  requirePart('tools/link/main.ts', 'no link can be made')
  const node = await ensureNode()
  const { link } = envsOfRunningStack(stackPaths(), node)
  const { code, stdout, stderr } = await runCommand(node.path, ['tools/link/main.ts', person], {
    cwd: checkout,
    env: link,
  })
  if (code !== 0) throw new Advice(lastLines(stderr || stdout, 5))
  say(stdout.trim().split('\n').at(-1))
  return 0
}
