import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { checkout, checkoutHash } from '../paths.mjs'
import { startTimeOf } from '../run/process-identity.mjs'
import { runCommand } from '../run-command.mjs'

// A user's shell and nothing of this test run: no database, no Temporal, none of what npm tells its scripts.
const ofUser =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_ALL|TZ|TMPDIR|XDG_CACHE_HOME|PIP_\w+|(https?|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|npm_config_(registry|cache|userconfig|globalconfig|cafile|https?_proxy|proxy|noproxy))$/i
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => ofUser.test(name)))

/** What is committed here, cloned into an empty folder. Throws git's words when there is nothing to clone. */
export async function cloneCheckout() {
  const folder = mkdtempSync(join(tmpdir(), 'patchward-clone-'))
  const root = join(folder, 'patchward')
  const { code, stderr } = await runCommand('git', ['clone', '--quiet', '--no-hardlinks', checkout, root], { env })
  if (code === 0) return root
  rmSync(folder, { recursive: true, force: true })
  throw new Error(`git clone failed: ${stderr}`)
}

/** Dependencies as links, since nothing writes into them; builds as copies. Each counts there only if its hash says that it is current. */
const lent = { node_modules: '-al', dist: '-a', '.cache/builds': '-a', '.next': '-a' }

/** Gives the clone what this checkout has installed and built: minutes of work that a run before this one has shown. */
export async function lendInstallation(root) {
  for (const [name, how] of Object.entries(lent)) {
    if (!existsSync(join(checkout, name))) continue
    mkdirSync(dirname(join(root, name)), { recursive: true })
    await copyFolder(how, name, root)
  }
}

async function copyFolder(how, name, root) {
  const { code, stderr } = await runCommand('cp', [how, join(checkout, name), join(root, name)], { env })
  if (code === 0) return
  rmSync(join(root, name), { recursive: true, force: true })
  if (how === '-a') throw new Error(`${name} was not copied: ${stderr}`)
  // No links to another file system, nor to what another user owns.
  await copyFolder('-a', name, root)
}

/** Starts `npm run <args>` in its own process group, as a terminal does; `text()` is what it printed so far. */
export function runNpm(root, ...args) {
  const child = spawn('npm', ['run', ...args], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  const ended = new Promise((done) => child.on('close', (code, signal) => done(signal ?? code)))
  return {
    ended,
    text: () => text,
    /** Ctrl-C: the terminal sends it to the whole group. */
    interrupt: () => process.kill(-child.pid, 'SIGINT'),
  }
}

/** Every living process that works in this checkout, below its state, or names it in its command line. */
export function listProcessesOf(root) {
  const marks = [root, `/var/lib/patchward/${checkoutHash(root)}`]
  const isMarked = (text) => marks.some((mark) => text.includes(mark))
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({ pid: Number(pid), cwd: look(pid, readlinkSync, 'cwd'), command: look(pid, readText, 'cmdline') }))
    .filter(({ pid, cwd, command }) => (isMarked(cwd) || isMarked(command)) && startTimeOf(pid) !== undefined)
}

const readText = (path) => readFileSync(path, 'utf8').replaceAll('\0', ' ')

function look(pid, read, name) {
  try {
    return read(`/proc/${pid}/${name}`)
  } catch {
    // It ended meanwhile, or is another user's.
    return ''
  }
}

/** Kills what is left of it, process by process, and deletes it with its state. */
export async function removeCheckout(root) {
  for (const { pid } of listProcessesOf(root)) process.kill(pid, 'SIGKILL')
  rmSync(join(root, '..'), { recursive: true, force: true })
  if (process.getuid?.() === 0)
    rmSync(`/var/lib/patchward/${checkoutHash(root)}`, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
