import { Advice, lastLines } from '../advice.mjs'
import { baseEnv, externalDatabaseUrls } from '../environments.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { newSecretKey, readSecrets, writeSecrets } from '../parts/secrets.mjs'
import { checkout, stackPaths } from '../paths.mjs'
import { requirePart } from '../processes.mjs'
import { step } from '../progress.mjs'
import { isSameProcess, readRecord } from '../run/process-identity.mjs'
import { runCommand } from '../run-command.mjs'
import { openStack } from '../stack.mjs'

const entry = 'tools/secrets/main.ts'

async function reseal(node, env) {
  const { code, stdout, stderr } = await runCommand(node.path, [entry], { cwd: checkout, env, shouldPrint: true })
  if (code !== 0)
    throw new Advice(`Not every secret was sealed anew: all keys are kept.\n${lastLines(stderr || stdout, 5)}`)
}

/**
 * `npm run secrets:rotate`: a new key for secrets at rest, everything sealed under it, the old keys gone. With your own PostgreSQL and
 * SECRET_KEYS in the environment it only seals: which keys there are is yours to say.
 */
export async function run(_args, { signal }) {
  requirePart(entry, 'there is nothing to seal with')
  const node = await ensureNode()
  const external = externalDatabaseUrls()
  const paths = stackPaths()
  if (external && process.env.SECRET_KEYS) {
    const { AUTH_DATABASE_URL } = external
    return void (await reseal(node, { ...baseEnv(node), AUTH_DATABASE_URL, SECRET_KEYS: process.env.SECRET_KEYS }))
  }
  if (isSameProcess(readRecord(paths.run, 'launcher')))
    throw new Advice('A stack runs here and holds the keys: end it with Ctrl-C, rotate, and start it again.')
  const stack = await openStack({ paths, node })
  signal.addEventListener('abort', () => void stack.close())
  const secrets = readSecrets(paths.secrets)
  const added = newSecretKey()
  const SECRET_KEYS = `${added},${secrets.secretKeys}`
  // Kept before anything is sealed with it: whatever is interrupted can be opened and done again.
  writeSecrets(paths.secrets, { ...secrets, secretKeys: SECRET_KEYS })
  try {
    if (!external) await stack.startPostgres()
    await stack.migrate()
    await step('Secrets', () => reseal(node, { ...stack.envs.secrets, SECRET_KEYS }))
    writeSecrets(paths.secrets, { ...readSecrets(paths.secrets), secretKeys: added })
  } finally {
    await stack.close()
  }
}
