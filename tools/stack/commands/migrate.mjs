import { Advice, lastLines } from '../advice.mjs'
import { baseEnv, embeddedDatabaseUrls, externalDatabaseUrls } from '../environments.mjs'
import { ensureNodeModules } from '../parts/node-modules.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { readSecrets } from '../parts/secrets.mjs'
import { checkout, stackPaths } from '../paths.mjs'
import { migrateEntry, requirePart } from '../processes.mjs'
import { step } from '../progress.mjs'
import { isSameProcess, readRecord } from '../run/process-identity.mjs'
import { runCommand } from '../run-command.mjs'
import { openStack } from '../stack.mjs'

async function migrateAt(node, urls) {
  const env = { ...baseEnv(node), ...urls }
  const { code, stdout, stderr } = await runCommand(node.path, [migrateEntry], {
    cwd: checkout,
    env,
    shouldPrint: true,
  })
  if (code !== 0) throw new Advice(`The migration failed.\n${lastLines(stderr || stdout)}`)
}

/** `npm run migrate`: your own PostgreSQL when DATABASE_URL is set, else the embedded one, started for it when needed. */
export async function run(_args, { signal }) {
  requirePart(migrateEntry, 'there is nothing to migrate with')
  const node = await ensureNode()
  await ensureNodeModules(node)
  const external = externalDatabaseUrls()
  if (external) return void (await step('Migrations', () => migrateAt(node, external)))
  const paths = stackPaths()
  const running = readRecord(paths.run, 'postgres')
  if (isSameProcess(readRecord(paths.run, 'launcher')) && isSameProcess(running)) {
    const urls = embeddedDatabaseUrls(running.port, readSecrets(paths.secrets))
    return void (await step('Migrations', () => migrateAt(node, urls)))
  }
  const stack = await openStack({ paths, node })
  signal.addEventListener('abort', () => void stack.close())
  try {
    await stack.startPostgres()
    await stack.migrate()
  } finally {
    await stack.close()
  }
}
