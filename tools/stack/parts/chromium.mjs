import { existsSync } from 'node:fs'
import { Advice, lastLines } from '../advice.mjs'
import { checkout, isRoot } from '../paths.mjs'
import { say, step } from '../progress.mjs'
import { isOnPath, runCommand } from '../run-command.mjs'

const systemPath = '/usr/bin/chromium'

async function playwrightPath(node) {
  const script = "import { chromium } from '@playwright/test'; console.log(chromium.executablePath())"
  const { stdout } = await runCommand(node.path, ['--input-type=module', '-e', script], { cwd: checkout })
  const path = stdout.trim()
  return path && existsSync(path) ? path : undefined
}

async function downloadByPlaywright(node) {
  const args = ['node_modules/@playwright/test/cli.js', 'install', 'chromium']
  const { code, stderr, isTimedOut } = await runCommand(node.path, args, { cwd: checkout, limitMs: 300_000 })
  if (code !== 0) throw new Error(isTimedOut ? 'took too long' : lastLines(stderr, 2))
}

async function installByApt() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runCommand('apt-get', ['update'], { env, limitMs: 300_000 })
  const args = ['install', '-y', '--no-install-recommends', 'chromium']
  const { code, stderr } = await runCommand('apt-get', args, { env, limitMs: 900_000 })
  if (code !== 0) throw new Error(lastLines(stderr, 2))
}

/** Finds a Chromium for the browser tests: the system's, else Playwright's download, else Debian's package when root. */
export async function ensureChromium(node) {
  if (existsSync(systemPath)) return systemPath
  const present = await playwrightPath(node)
  if (present) return present
  try {
    await step('Chromium by Playwright', () => downloadByPlaywright(node))
    const fetched = await playwrightPath(node)
    if (fetched) return fetched
  } catch (error) {
    say(`  not by this way: ${error.message}`)
  }
  if (isRoot && (await isOnPath('apt-get'))) {
    try {
      await step("Chromium by Debian's package", installByApt)
    } catch (error) {
      say(`  not by this way: ${error.message}`)
    }
    if (existsSync(systemPath)) return systemPath
  }
  throw new Advice(
    'Chromium could not be had for the browser tests: install it (Debian: apt install chromium) and run this again.',
  )
}
