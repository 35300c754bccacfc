import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureNodeModules } from '../parts/node-modules.mjs'
import { ensureNode } from '../parts/node-runtime.mjs'
import { stackPaths } from '../paths.mjs'
import { requireProduct } from '../processes.mjs'
import { say, step } from '../progress.mjs'
import { isOnPath } from '../run-command.mjs'
import { openStack } from '../stack.mjs'

const firstPerson = 'owner@northfold.example'

/** True when the host has the tools that the lab's devices patch with. */
export async function hasApt() {
  return (await isOnPath('apt-get')) && (await isOnPath('dpkg'))
}

function sayNoLab() {
  say('! This host has no apt, so the device lab cannot run here. In a Debian container:')
  say('    docker run --rm -it --network host -v "$PWD":/patchward -w /patchward node:24-bookworm npm run demo')
}

/** How to see a bad patch tried on the test ring and taken back. */
function sayLab({ paths }) {
  const { url } = JSON.parse(readFileSync(join(paths.lab, 'control.json'), 'utf8'))
  const body = JSON.stringify({ package: 'lab-svc', version: '3.0' })
  say()
  say('  Publish a patch that fails at once (3.0; 4.0 fails only after a while) and watch it being taken back:')
  say(`  curl -H 'content-type: application/json' -d '${body}' ${url}/publish`)
}

/** Seeds once per state and database: a second start finds what the first left. */
async function seedOnce(stack, world) {
  const file = join(stack.paths.state, 'seeded')
  // The embedded server's port may change between starts, the database stays the same one.
  const where = stack.external ? createHash('sha256').update(stack.external.DATABASE_URL).digest('hex') : 'embedded'
  const key = `${world} ${where}`
  if (existsSync(file) && readFileSync(file, 'utf8') === key) return
  await step(`Seeding: ${world}`, () => stack.runScript('tools/seed/main.ts', [world], stack.envs.seed, 'Seeding'))
  writeFileSync(file, key)
}

/**
 * Installs what is missing, starts the stack, runs `work` on it, prints address and sign-in link and `ready`, and
 * stays until a signal; then stops everything in order.
 */
export async function runStack({ signal, wantsLab, build, names, isDev, afterReady }) {
  const hasLab = wantsLab && (await hasApt())
  requireProduct({ hasLab })
  const node = await ensureNode()
  await ensureNodeModules(node)
  const stack = await openStack({ paths: stackPaths(), node, hasLab })
  const close = () => void stack.close()
  signal.addEventListener('abort', close)
  try {
    if (signal.aborted) return 0
    await stack.startPostgres()
    await stack.migrate()
    await build({ node, env: stack.envs.build })
    await stack.startTemporal()
    await stack.startProduct(names, { isDev })
    await seedOnce(stack, 'demo')
    if (hasLab) await stack.startProduct(['lab'])
    if (wantsLab && !hasLab) sayNoLab()
    const link = await stack.mintLink(firstPerson)
    say()
    say(`  Console     ${stack.envs.web.PUBLIC_URL}`)
    say(`  Devices     ${stack.envs.web.PUBLIC_DEVICE_URL}`)
    if (stack.envs.web.MAIL_SINK_URL) say(`  Mail        ${stack.envs.web.MAIL_SINK_URL} (nothing leaves this machine)`)
    // So long: `linkMs` in server/auth/rules.ts, which this launcher cannot read before Node 24 is there.
    say(`  Sign in as  ${firstPerson} (once, within 15 minutes):`)
    say(`  ${link}`)
    say(`  Another link: npm run link -- ${firstPerson}    Stop: Ctrl-C`)
    if (hasLab) sayLab(stack)
    say()
    say('ready')
    afterReady?.(stack)
    if (!signal.aborted) await once(signal, 'abort')
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', close)
    await stack.close()
    say('Stopped.')
  }
  return 0
}
